/** Two people, or two tabs, changed the same text: what each of them has. */
import type { Clash } from '../api/types';
import type { Change } from './changes';
import type { Base } from './requests';
import type { Key } from './tree';

export interface Conflict {
  key: Key;
  kind: 'context' | 'prompt';
  mine: { title?: string; text?: string };
  /** `text` is null where the server did not send it along. */
  theirs: { title: string | null; text: string | null; version: number };
  /** The others deleted it. */
  deleted: boolean;
}

export type Choice = 'mine' | 'theirs' | 'both';

export type Verdict = { rebased: Change } | { conflict: Conflict } | { same: true };

/**
 * Decide what a clash means for one change; null if it does not concern it.
 *
 * Only a text that both sides changed is a conflict for a person. A title is decided by the
 * last one who wrote it, and a text the others left alone is simply sent again.
 */
export function sortClash(
  change: Change,
  key: Key,
  clash: Clash,
  base: Base | null
): Verdict | null {
  if (change.kind === 'project' || change.key !== key) {
    return null;
  }
  if (change.op !== 'update') {
    return clash.deleted && change.op !== 'add' ? { same: true } : null;
  }
  const mine = change.kind === 'context' ? change.content : change.template;
  if (clash.deleted && mine === undefined) {
    return { same: true };
  }
  const theirs = clash.content ?? clash.template ?? null;
  if (mine === undefined || (!clash.deleted && base !== null && theirs === base.text)) {
    return { rebased: { ...change, version: clash.version } };
  }
  if (theirs === mine && change.title === undefined) {
    return { same: true };
  }
  return {
    conflict: {
      key,
      kind: change.kind,
      mine: { title: change.title, text: mine },
      theirs: { title: clash.title ?? null, text: theirs, version: clash.version },
      deleted: clash.deleted ?? false
    }
  };
}

/** The text a person's choice leads to. */
export function resolvedText(conflict: Conflict, choice: Choice): string {
  const mine = conflict.mine.text ?? '';
  const theirs = conflict.theirs.text ?? '';
  switch (choice) {
    case 'mine':
      return mine;
    case 'theirs':
      return theirs;
    case 'both':
      return theirs.includes(mine) ? theirs : `${theirs}\n\n${mine}`;
  }
}
