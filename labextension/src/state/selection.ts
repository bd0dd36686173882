/** Selecting context for a prompt: which tiles there are, and what a gesture makes of them. */
import type { ContextNode, Key, ProjectTree } from './tree';
import { charsOf, indexOf, walk } from './tree';

export type TriState = 'none' | 'some' | 'all';

/** How a gesture treats the tiles it meets. */
export type Mode = 'add' | 'remove' | 'toggle';

/** A tile can be taken if it has text of its own; sub-items are taken by themselves. */
export function isAvailable(node: ContextNode): boolean {
  return node.level !== 'block' && node.ownChars > 0;
}

/** The tiles of a block in the order they are seen: an item, then its sub-items. */
export function tilesOf(block: ContextNode): ContextNode[] {
  return [...walk(block.children)];
}

export function availableKeys(nodes: Iterable<ContextNode>): Key[] {
  return [...nodes].filter(isAvailable).map(node => node.key);
}

/** What is selected appends at the end; what is taken away lets the others move up. */
export function toggled(selected: readonly Key[], key: Key): Key[] {
  return selected.includes(key) ? selected.filter(one => one !== key) : [...selected, key];
}

export function withAll(selected: readonly Key[], keys: readonly Key[]): Key[] {
  const there = new Set(selected);
  return [...selected, ...keys.filter(key => !there.has(key))];
}

export function without(selected: readonly Key[], keys: readonly Key[]): Key[] {
  const gone = new Set(keys);
  return selected.filter(key => !gone.has(key));
}

/** What is selected after a gesture has met these tiles, each of them once. */
export function after(before: readonly Key[], met: readonly Key[], mode: Mode): Key[] {
  switch (mode) {
    case 'add':
      return withAll(before, met);
    case 'remove':
      return without(before, met);
    case 'toggle': {
      const there = new Set(before);
      const added = met.filter(key => !there.has(key));
      return [...without(before, met), ...added];
    }
  }
}

/** One key for all: none or some become all, all become none. */
export function switched(selected: readonly Key[], keys: readonly Key[]): Key[] {
  return triState(new Set(selected), keys) === 'all'
    ? without(selected, keys)
    : withAll(selected, keys);
}

export function triState(selected: { has: (key: Key) => boolean }, keys: readonly Key[]): TriState {
  const count = keys.filter(key => selected.has(key)).length;
  return count === 0 ? 'none' : count === keys.length ? 'all' : 'some';
}

/** The available tiles between two tiles, both included, in the order they are seen. */
export function between(tiles: readonly ContextNode[], from: Key, to: Key): Key[] {
  const ends = [from, to].map(key => tiles.findIndex(tile => tile.key === key));
  return ends.includes(-1)
    ? []
    : availableKeys(tiles.slice(Math.min(...ends), Math.max(...ends) + 1));
}

/** Characters of exactly the selected pieces: an item is its own text only. */
export function selectedChars(tree: ProjectTree, selected: readonly Key[]): number {
  const index = indexOf(tree);
  return selected.reduce((sum, key) => {
    const node = index.get(key);
    return sum + (node ? (node.level === 'block' ? charsOf(node) : node.ownChars) : 0);
  }, 0);
}
