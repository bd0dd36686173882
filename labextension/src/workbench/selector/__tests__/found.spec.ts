/** Looking for tiles by the words of their titles. */
import { describe, expect, it } from 'vitest';
import { availableKeys, tilesOf } from '../../../state/selection';
import type { ContextNode } from '../../../state/tree';
import { found } from '../found';

const node = (
  key: string,
  level: ContextNode['level'],
  title: string,
  children: ContextNode[] = []
): ContextNode => ({ key, level, title, ownChars: 5, version: 1, source: null, children });

const blocks = [
  node('A', 'block', 'Minutes', [
    node('a', 'item', 'March', [node('a1', 'subItem', 'Repairs'), node('a2', 'subItem', 'Money')]),
    node('b', 'item', 'April')
  ]),
  node('B', 'block', 'Протоколы', [node('c', 'item', 'Деньги')])
];
const keys = (words: string): string[] =>
  availableKeys(found(blocks, words, ({ title }) => title ?? '').flatMap(tilesOf));

describe('what is looked for among the tiles', () => {
  it('is everything while no word is given', () => {
    expect(found(blocks, '  ', ({ title }) => title ?? '')).toBe(blocks);
  });

  it('has all words, in its title or in those above', () => {
    expect(keys('minutes MARCH')).toEqual(['a', 'a1', 'a2']);
    expect(keys('деньги')).toEqual(['c']);
    expect(keys('march april')).toEqual([]);
  });

  it('leaves out the text of an item that only holds what was found', () => {
    expect(keys('mon')).toEqual(['a2']);
  });
});
