import { describe, expect, it } from 'vitest';
import {
  after,
  between,
  isAvailable,
  selectedChars,
  switched,
  tilesOf,
  toggled,
  triState,
  withAll
} from '../selection';
import type { ContextNode, Level, ProjectTree } from '../tree';
import { charsOf } from '../tree';

const node = (
  key: string,
  level: Level,
  ownChars: number,
  children: ContextNode[] = []
): ContextNode => ({ key, level, title: key, ownChars, version: 1, source: null, children });

const block = node('b', 'block', 0, [
  node('one', 'item', 10),
  node('empty', 'item', 0),
  node('parent', 'item', 7, [node('x', 'subItem', 2), node('y', 'subItem', 3)])
]);
const tree: ProjectTree = { name: '', blocks: [block], prompts: [] };
const tiles = tilesOf(block);

describe('selecting context', () => {
  it('shows an item before its sub-items', () => {
    expect(tiles.map(tile => tile.key)).toEqual(['one', 'empty', 'parent', 'x', 'y']);
  });

  it('offers what has text of its own', () => {
    const bare = node('bare', 'item', 0, [node('z', 'subItem', 1)]);
    const offered = [...tiles, ...tilesOf(node('c', 'block', 0, [bare]))].filter(isAvailable);
    expect(offered.map(tile => tile.key)).toEqual(['one', 'parent', 'x', 'y', 'z']);
  });

  it('adds, removes or toggles what a gesture has met, and starts from what was there before', () => {
    const before = ['x', 'one'];
    expect(after(before, ['y', 'one'], 'add')).toEqual(['x', 'one', 'y']);
    expect(after(before, ['y', 'one'], 'remove')).toEqual(['x']);
    expect(after(before, ['y', 'one'], 'toggle')).toEqual(['x', 'y']);
    expect(before).toEqual(['x', 'one']);
  });

  it('makes all of some, and none of all', () => {
    expect(switched(['y'], ['x', 'y'])).toEqual(['y', 'x']);
    expect(switched(['y', 'one', 'x'], ['x', 'y'])).toEqual(['one']);
    expect(switched([], ['x', 'y'])).toEqual(['x', 'y']);
  });

  it('appends what is added and lets the rest move up when something is removed', () => {
    expect(toggled(['x', 'one'], 'y')).toEqual(['x', 'one', 'y']);
    expect(toggled(['x', 'one', 'y'], 'x')).toEqual(['one', 'y']);
    expect(withAll(['y'], ['x', 'y'])).toEqual(['y', 'x']);
  });

  it('takes a range in the order seen, in both directions, without what is empty', () => {
    expect(between(tiles, 'one', 'x')).toEqual(['one', 'parent', 'x']);
    expect(between(tiles, 'x', 'one')).toEqual(['one', 'parent', 'x']);
    expect(between(tiles, 'one', 'gone')).toEqual([]);
  });

  it('tells none, some and all apart', () => {
    expect(triState(new Set(), ['x', 'y'])).toBe('none');
    expect(triState(new Set(['x']), ['x', 'y'])).toBe('some');
    expect(triState(new Set(['x', 'y']), ['x', 'y'])).toBe('all');
  });

  it('counts exactly the selected pieces', () => {
    expect(selectedChars(tree, ['parent', 'x'])).toBe(9);
    expect(charsOf(block)).toBe(15); // an item with sub-items counts as these
  });
});
