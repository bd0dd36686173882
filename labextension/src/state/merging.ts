/** How a new change joins those that are waiting: as few as possible, none of them lost. */
import type { Change } from './changes';
import type { Conflict } from './conflicts';
import type { Identities } from './identities';
import type { FrozenRequest } from './requests';
import type { Key } from './tree';

export interface Entry {
  seq: number;
  change: Change;
  /** The request this entry is the head of, once it has been on its way. */
  frozen: FrozenRequest | null;
}

interface Queued {
  entries: Entry[];
  /** The entry that now carries the change. */
  touched: Entry;
  /** Entries it makes superfluous. */
  stale: Entry[];
}

/** Put a change into the queue, without touching what is on its way. */
export function queued(entries: readonly Entry[], change: Change, seq: number): Queued {
  const sent = entries[0]?.frozen?.count ?? 0;
  const waiting = entries.slice(sent);
  if (change.op === 'update') {
    const earlier = waiting.find(
      entry => ['update', 'add'].includes(entry.change.op) && sameThing(entry.change, change)
    );
    if (earlier) {
      const touched = { ...earlier, change: folded(earlier.change, change) };
      return { entries: entries.map(one => (one === earlier ? touched : one)), touched, stale: [] };
    }
  }
  // Of a name or a selection only the last word counts; it goes behind what it may refer to.
  const stale =
    change.op === 'rename' || change.op === 'select'
      ? waiting.filter(entry => entry.change.op === change.op && sameThing(entry.change, change))
      : [];
  const touched = { seq, change: onTop(entries, change), frozen: null };
  return {
    entries: [...entries.filter(entry => !stale.includes(entry)), touched],
    touched,
    stale
  };
}

/** Let an open conflict take in what is typed on meanwhile; false if there is none. */
export function absorbed(change: Change, conflicts: Conflict[]): boolean {
  const at =
    change.op === 'update' ? conflicts.findIndex(conflict => conflict.key === change.key) : -1;
  const conflict = conflicts[at];
  if (change.op !== 'update' || !conflict) {
    return false;
  }
  const text = change.kind === 'context' ? change.content : change.template;
  const { mine } = conflict;
  conflicts[at] = {
    ...conflict,
    mine: { title: change.title ?? mine.title, text: text ?? mine.text }
  };
  return true;
}

/**
 * What waits to be put into something that others have deleted goes into what is made anew for
 * it; null if nothing does.
 */
export function rehomed(
  entries: readonly Entry[],
  gone: Key,
  home: Change & { op: 'add' }
): Entry[] | null {
  const homeless = ({ change }: Entry): boolean => 'parent' in change && change.parent === gone;
  const first = entries.findIndex(homeless);
  if (first < 0) {
    return null;
  }
  const behind = entries.slice(first).map(entry => ({
    ...entry,
    change: homeless(entry) ? ({ ...entry.change, parent: home.key } as Change) : entry.change
  }));
  return [...entries.slice(0, first), { seq: 0, change: home, frozen: null }, ...behind];
}

/** The conflicts that are left when something is deleted here: nobody asks for its text any more. */
export function withoutDeleted(
  conflicts: readonly Conflict[],
  deleted: Key,
  identities: Identities
): Conflict[] {
  const gone = identities.idsOf(deleted);
  return conflicts.filter(({ key }) => {
    const ids = identities.idsOf(key);
    const inside =
      ids?.blockId === gone?.blockId &&
      (gone?.itemId === undefined || ids?.itemId === gone.itemId) &&
      (gone?.subItemId === undefined || ids?.subItemId === gone.subItemId);
    return key !== deleted && !(ids && gone && inside);
  });
}

/** Changes made while an earlier one to the same node is on its way build on its outcome. */
function onTop(entries: readonly Entry[], change: Change): Change {
  const busy = entries.some(
    entry => entry.change.op === 'update' && sameThing(entry.change, change)
  );
  return busy && change.op === 'update' ? { ...change, version: null } : change;
}

function sameThing(one: Change, other: Change): boolean {
  return one.kind === 'project' || other.kind === 'project'
    ? one.kind === other.kind
    : one.kind === other.kind && one.key === other.key;
}

/** The earlier change with the fields the later one sets. */
function folded(earlier: Change, later: Change): Change {
  const fields = Object.entries(later).filter(
    ([name, value]) => !['kind', 'op', 'version'].includes(name) && value !== undefined
  );
  return { ...earlier, ...Object.fromEntries(fields) };
}
