/** Undo and redo of everything that is changed in an open project: each deed knows its opposite. */
import type { Change, PromptChange } from './changes';
import type { Addition, Removed } from './restoring';
import { Store } from './store';
import type { Key, ProjectTree, PromptNode } from './tree';
import { findNode, findPrompt, pathTo, siblingsOf } from './tree';

/** A part of a text that was replaced by another, in UTF-16 units. */
export interface Edit {
  start: number;
  removed: string;
  inserted: string;
}

export type Deed =
  | { do: 'change'; change: Change }
  | { do: 'remove'; key: Key }
  | { do: 'restore'; removed: Removed }
  | { do: 'removePrompt'; key: Key }
  | { do: 'restorePrompt'; prompt: PromptNode; after: Key | null }
  | { do: 'edit'; key: Key; edit: Edit };

/** What was done by one gesture; the opposites, in the order in which they undo it. */
export interface Step {
  deeds: Deed[];
}

export interface HistoryState {
  undo: readonly Step[];
  redo: readonly Step[];
}

/** What the history needs of a project. None of it is recorded. */
export interface Undoable {
  readonly tree: ProjectTree;
  apply(change: Change): void;
  takeAway(key: Key): Promise<Removed | null>;
  bringBack(removed: Removed): Addition[];
  takePromptAway(key: Key): { prompt: PromptNode; after: Key | null } | null;
  bringPromptBack(prompt: PromptNode, after: Key | null): Key;
  /** The text as it is now; null if it cannot be had. */
  currentText(key: Key): Promise<string | null>;
  writeText(key: Key, text: string): void;
}

const MOST_STEPS = 500;
/** Typing goes on with the same step while it does not rest longer than this. */
const TYPING_REST = 3000;

export class History {
  readonly state = new Store<HistoryState>({ undo: [], redo: [] });
  /** What has come back has another key than it had before. */
  private readonly aliases = new Map<Key, Key>();
  /** The step that is still being done, for deeds of the same moment. */
  private open: Step | null = null;
  /** What is being typed in: a text, or a variable of a prompt. */
  private typed: { field: string; at: number; step: Step } | null = null;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly project: Undoable,
    private readonly now: () => number = () => Date.now()
  ) {}

  /**
   * Note what undoes a deed; deeds of one moment are one step, and so is what is typed into one
   * field without a rest.
   */
  note(opposite: Deed, field: string | null = null): Step {
    const begun = field === null ? null : this.typedOn(field);
    if (begun) {
      return begun; // its first deed takes back all of it
    }
    this.typed = null;
    if (this.open) {
      this.open.deeds.unshift(opposite);
      return this.open;
    }
    const step = { deeds: [opposite] };
    this.push(step);
    this.open = step;
    queueMicrotask(() => (this.open = null));
    this.typed = field === null ? null : { field, at: this.now(), step };
    return step;
  }

  /** Note a text that changed; somebody who types on goes on with the same step. */
  noteText(key: Key, before: string, after: string): void {
    const opposite: Deed = { do: 'edit', key, edit: editBetween(after, before) };
    const begun = this.typedOn(key);
    if (begun) {
      begun.deeds.unshift(opposite);
      return;
    }
    const step = { deeds: [opposite] };
    this.push(step);
    this.typed = { field: key, at: this.now(), step };
  }

  /** Undo the last step, or this one if it has not been undone yet. */
  undo(step?: Step): Promise<Key | null> {
    return this.run('undo', 'redo', step);
  }

  redo(): Promise<Key | null> {
    return this.run('redo', 'undo');
  }

  /** The step somebody goes on with who types into this field; null: a new one begins. */
  private typedOn(field: string): Step | null {
    const { typed } = this;
    const at = this.now();
    if (typed?.field !== field || at - typed.at >= TYPING_REST || !this.isLast(typed.step)) {
      return null;
    }
    typed.at = at;
    return typed.step;
  }

  private isLast(step: Step): boolean {
    const { undo, redo } = this.state.get();
    return undo.at(-1) === step && redo.length === 0;
  }

  private push(step: Step): void {
    const { undo } = this.state.get();
    this.state.set({ undo: [...undo, step].slice(-MOST_STEPS), redo: [] });
  }

  /** One after the other: a deletion may have to fetch its texts first. */
  private run(from: 'undo' | 'redo', to: 'undo' | 'redo', named?: Step): Promise<Key | null> {
    const done = this.busy.then(async () => {
      const state = this.state.get();
      const step = named ?? state[from].at(-1);
      if (!step || !state[from].includes(step)) {
        return null;
      }
      this.open = this.typed = null;
      this.state.patch({ [from]: state[from].filter(other => other !== step) });
      const opposites: Deed[] = [];
      let touched: Key | null = null;
      for (const deed of step.deeds) {
        const outcome = await this.perform(deed);
        if (outcome) {
          opposites.unshift(outcome.opposite);
          touched ??= outcome.key;
        }
      }
      if (opposites.length > 0) {
        this.state.patch({ [to]: [...this.state.get()[to], { deeds: opposites }] });
      }
      return touched;
    });
    this.busy = done.catch(() => undefined);
    return done;
  }

  /** Do a deed; null where it no longer makes sense: somebody else has deleted what it is about. */
  private async perform(deed: Deed): Promise<{ opposite: Deed; key: Key | null } | null> {
    const { project } = this;
    switch (deed.do) {
      case 'change': {
        const change = this.renewed(deed.change);
        const opposite = change && oppositeOf(change, project.tree);
        if (!opposite) {
          return null;
        }
        project.apply(change);
        return { opposite, key: 'key' in change ? change.key : null };
      }
      case 'remove': {
        const removed = await project.takeAway(this.keyOf(deed.key));
        return removed && { opposite: { do: 'restore', removed }, key: removed.parent };
      }
      case 'restore':
        return this.restore(deed.removed);
      case 'removePrompt': {
        const taken = project.takePromptAway(this.keyOf(deed.key));
        return taken && { opposite: { do: 'restorePrompt', ...taken }, key: null };
      }
      case 'restorePrompt': {
        const { prompt, after } = deed;
        const there = this.whereabouts(after, project.tree.prompts);
        const selected = prompt.selected.map(key => this.keyOf(key));
        const key = project.bringPromptBack({ ...prompt, selected }, there);
        this.aliases.set(prompt.key, key);
        return { opposite: { do: 'removePrompt', key }, key };
      }
      case 'edit': {
        const key = this.keyOf(deed.key);
        const text = exists(project.tree, key) ? await project.currentText(key) : null;
        const { start, removed, inserted } = deed.edit;
        if (text?.slice(start, start + removed.length) !== removed) {
          return null; // somebody else has changed this very place
        }
        project.writeText(
          key,
          text.slice(0, start) + inserted + text.slice(start + removed.length)
        );
        const edit = { start, removed: inserted, inserted: removed };
        return { opposite: { do: 'edit', key, edit }, key };
      }
    }
  }

  private restore(removed: Removed): { opposite: Deed; key: Key | null } | null {
    const { tree } = this.project;
    const parent = removed.parent === null ? null : this.keyOf(removed.parent);
    const above = findNode(tree, parent);
    if (parent !== null && !above) {
      return null;
    }
    const additions = this.project.bringBack({
      ...removed,
      parent,
      after: this.whereabouts(removed.after, above?.children ?? tree.blocks),
      selections: new Map(
        [...removed.selections].map(([prompt, keys]) => [
          this.keyOf(prompt),
          keys.map(key => this.keyOf(key))
        ])
      )
    });
    const key = additions[0]?.key ?? null;
    return key === null ? null : { opposite: { do: 'remove', key }, key };
  }

  /** What came back under new keys is found under its old ones. */
  renamed(before: Key, after: Key): void {
    this.aliases.set(before, after);
  }

  /** The key under which something was known before it came back; null: it never went. */
  formerKey(key: Key): Key | null {
    return [...this.aliases].find(([, after]) => after === key)?.[0] ?? null;
  }

  private keyOf(key: Key): Key {
    let current = key;
    for (let next = this.aliases.get(current); next; next = this.aliases.get(current)) {
      current = next;
    }
    return current;
  }

  private whereabouts(after: Key | null, siblings: readonly { key: Key }[]): Key | null {
    const key = after === null ? null : this.keyOf(after);
    return key !== null && siblings.some(one => one.key === key) ? key : null;
  }

  /** The change, said in the keys and on the version of now; null if it leads nowhere any more. */
  private renewed(change: Change): Change | null {
    if (change.kind === 'project') {
      return change;
    }
    const key = this.keyOf(change.key);
    const { tree } = this.project;
    const version = (findPrompt(tree, key) ?? findNode(tree, key))?.version ?? null;
    switch (change.op) {
      case 'update':
        return { ...change, key, version };
      case 'select':
        return {
          ...change,
          key,
          selected: change.selected
            .map(one => this.keyOf(one))
            .filter(one => findNode(tree, one) !== null)
        };
      case 'move': {
        const after = change.after === null ? null : this.keyOf(change.after);
        if (!('parent' in change) || change.parent === undefined) {
          return { ...change, key, after };
        }
        const parent = this.keyOf(change.parent);
        return findNode(tree, parent) && { ...change, key, after, parent };
      }
      default:
        return { ...change, key };
    }
  }
}

/** What takes a change back, judged by the project as it is before; null: nothing to take back. */
export function oppositeOf(change: Change, before: ProjectTree): Deed | null {
  if (change.kind === 'project') {
    return {
      do: 'change',
      change: { ...change, name: before.name }
    };
  }
  return change.kind === 'prompt'
    ? oppositeOfPrompt(change, before)
    : oppositeOfContext(change, before);
}

/** The field that is typed in by a change: a variable of a prompt; null: it is no typing. */
export function fieldOf(change: Change, before: ProjectTree): string | null {
  if (change.kind !== 'prompt' || change.op !== 'update' || !change.variables) {
    return null;
  }
  const earlier = findPrompt(before, change.key)?.variables ?? {};
  const names = Object.keys({ ...earlier, ...change.variables });
  const name = names.find(one => earlier[one] !== change.variables?.[one]);
  return `${change.key} ${name ?? ''}`;
}

function oppositeOfContext(change: Change & { kind: 'context' }, before: ProjectTree): Deed | null {
  const { key, op } = change;
  if (op === 'add') {
    return { do: 'remove', key };
  }
  const path = pathTo(before.blocks, key);
  const node = path.at(-1);
  if (!node || op === 'delete') {
    return null; // a deletion is noted with all its texts
  }
  if (op === 'update') {
    const { title } = node;
    return change.title === undefined || title === null
      ? null
      : { do: 'change', change: { kind: 'context', op, key, version: null, title } };
  }
  const siblings = siblingsOf(before, key);
  const at = siblings.findIndex(one => one.key === key);
  const after = siblings[at - 1]?.key ?? null;
  const parent = change.parent === undefined ? undefined : path.at(-2)?.key;
  return { do: 'change', change: { kind: 'context', op, key, after, parent } };
}

function oppositeOfPrompt(change: PromptChange, before: ProjectTree): Deed | null {
  const { key } = change;
  if (change.op === 'add') {
    return { do: 'removePrompt', key };
  }
  const at = before.prompts.findIndex(one => one.key === key);
  const prompt = before.prompts[at];
  if (!prompt || change.op === 'delete') {
    return null;
  }
  switch (change.op) {
    case 'select':
      return { do: 'change', change: { ...change, selected: prompt.selected } };
    case 'move':
      return { do: 'change', change: { ...change, after: before.prompts[at - 1]?.key ?? null } };
    case 'update': {
      const { title, wrapInTags, variables, templateId, modelConfigId } = prompt;
      const fields = {
        ...(change.title !== undefined && title !== null ? { title } : {}),
        ...(change.wrapInTags !== undefined ? { wrapInTags } : {}),
        ...(change.variables !== undefined ? { variables } : {}),
        ...(change.templateId !== undefined ? { templateId } : {}),
        ...(change.modelConfigId !== undefined ? { modelConfigId } : {})
      };
      return Object.keys(fields).length === 0
        ? null
        : { do: 'change', change: { kind: 'prompt', op: 'update', key, version: null, ...fields } };
    }
  }
}

/** The one stretch in which two texts differ. */
export function editBetween(before: string, after: string): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  return {
    start,
    removed: before.slice(start, before.length - end),
    inserted: after.slice(start, after.length - end)
  };
}

function exists(tree: ProjectTree, key: Key): boolean {
  return findNode(tree, key) !== null || findPrompt(tree, key) !== null;
}
