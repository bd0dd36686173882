import { describe, expect, it } from 'vitest';
import { placeAt, placeBeside, placeInside, placeOutside, zonesOf } from '../places';
import type { ContextNode, Level, ProjectTree } from '../tree';

const node = (key: string, level: Level, children: ContextNode[] = []): ContextNode => ({
  ...{ key, level, title: key, ownChars: 1, version: 1, source: null, children }
});

const tree: ProjectTree = {
  name: '',
  prompts: [],
  blocks: [
    node('A', 'block', [
      node('a1', 'item', [node('x', 'subItem'), node('y', 'subItem')]),
      node('a2', 'item')
    ]),
    node('B', 'block', [node('b1', 'item')])
  ]
};

describe('where a node may be dropped', () => {
  it.each([
    // moving, target, zone, place
    ['B', 'A', 'before', { parent: null, after: null }],
    ['a2', 'B', 'into', { parent: 'B', after: 'b1' }],
    ['a2', 'b1', 'before', { parent: 'B', after: null }],
    ['a2', 'b1', 'into', { parent: 'b1', after: null }],
    ['a2', 'x', 'after', { parent: 'a1', after: 'x' }],
    ['y', 'a2', 'after', { parent: 'A', after: 'a2' }],
    ['y', 'x', 'before', { parent: 'a1', after: null }]
  ] as const)('%s goes %s %s', (moving, target, zone, place) => {
    expect(placeAt(tree, moving, target, zone)).toEqual(place);
  });

  it.each([
    ['a block into a block', 'A', 'B', 'into'],
    ['an item among blocks', 'a1', 'B', 'after'],
    ['an item with sub-items into an item', 'a1', 'b1', 'into'],
    ['an item into its own sub-item', 'a1', 'x', 'after'],
    ['a node where it stands', 'a2', 'a1', 'after'],
    ['a node onto itself', 'a2', 'a2', 'before']
  ] as const)('not %s', (_, moving, target, zone) => {
    expect(placeAt(tree, moving, target, zone)).toBeNull();
  });

  it('is told in zones', () => {
    expect(zonesOf(tree, 'a2', 'b1')).toEqual(['before', 'into', 'after']);
    expect(zonesOf(tree, 'a1', 'b1')).toEqual(['before', 'after']);
    expect(zonesOf(tree, 'a1', 'B')).toEqual(['into']);
  });
});

describe('where keys lead a node', () => {
  it('goes on into the next parent at the end of its own', () => {
    expect(placeBeside(tree, 'a2', -1)).toEqual({ parent: 'A', after: null });
    expect(placeBeside(tree, 'a2', 1)).toEqual({ parent: 'B', after: null });
    expect(placeBeside(tree, 'b1', -1)).toEqual({ parent: 'A', after: 'a2' });
    expect(placeBeside(tree, 'b1', 1)).toBeNull();
    expect(placeBeside(tree, 'B', -1)).toEqual({ parent: null, after: null });
  });

  it('goes in and out', () => {
    expect(placeInside(tree, 'a2')).toEqual({ parent: 'a1', after: 'y' });
    expect(placeInside(tree, 'a1')).toBeNull();
    expect(placeOutside(tree, 'x')).toEqual({ parent: 'A', after: 'a1' });
    expect(placeOutside(tree, 'a1')).toBeNull();
  });
});
