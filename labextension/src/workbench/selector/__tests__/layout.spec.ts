import { describe, expect, it } from 'vitest';
import type { ContextNode, Level } from '../../../state/tree';
import { Layout } from '../layout';

const node = (
  key: string,
  level: Level,
  ownChars = 1,
  children: ContextNode[] = []
): ContextNode => ({ key, level, title: key, ownChars, version: 1, source: null, children });

const subs = (...keys: string[]): ContextNode[] => keys.map(key => node(key, 'subItem'));
const ids = (spots: readonly { id: string }[]): string[] => spots.map(spot => spot.id);

const blocks = [
  node('A', 'block', 0, [
    node('a', 'item'),
    node('b', 'item'),
    node('c', 'item', 5, subs('c1', 'c2', 'c3')),
    node('d', 'item')
  ]),
  node('empty', 'block', 0),
  node('B', 'block', 0, [node('bare', 'item', 0, subs('e1'))])
];
const layout = new Layout(blocks, 230, () => 70);

describe('the layout of the tiles', () => {
  it('keeps an item and its sub-items together, in rows that fit the width', () => {
    expect(layout.rows.map(row => ids(row.spots))).toEqual([
      ['block:A'],
      ['tile:a', 'tile:b'],
      ['tile:c', 'family:c', 'tile:c1'],
      ['tile:c2', 'tile:c3'],
      ['tile:d'],
      ['block:B'],
      ['family:bare', 'tile:e1']
    ]);
    expect(Math.max(...layout.spots.map(spot => spot.x + spot.width))).toBeLessThanOrEqual(230);
  });

  it('gives an item without text a tile only while it is selected', () => {
    const kept = new Layout(blocks, 230, () => 70, new Set(['bare']));
    expect(kept.find('tile:bare')).not.toBeNull();
    expect(kept.find('family:bare')?.named).toBe(false);
    expect(layout.find('tile:bare')).toBeNull();
    expect(layout.find('family:bare')?.named).toBe(true);
  });

  it('finds what is under a point, and empty space between', () => {
    for (const spot of layout.spots) {
      expect(layout.at(spot.x + 1, spot.y + 1)?.id).toBe(spot.id);
    }
    const first = layout.find('tile:a');
    expect(layout.at(72, (first?.y ?? 0) + 1)).toBeNull();
    expect(layout.at(10, layout.height + 50)).toBeNull();
    expect(layout.at(10, -5)).toBeNull();
  });

  it('finds the tiles that a rubber band touches, in the order seen, without switches', () => {
    const middle = layout.find('tile:b');
    const last = layout.find('tile:e1');
    const band = { left: 100, right: 220, top: middle?.y ?? 0, bottom: (last?.y ?? 0) + 1 };
    expect(ids(layout.touching(band))).toEqual(['tile:b', 'tile:c1', 'tile:c3', 'tile:e1']);
  });

  it('leads along by arrows, up and down to what stands there', () => {
    expect(layout.from('tile:a', 'next')?.id).toBe('tile:b');
    expect(layout.from('tile:b', 'below')?.id).toBe('family:c');
    expect(layout.from('tile:c2', 'above')?.id).toBe('tile:c');
    expect(layout.from('block:A', 'previous')).toBeNull();
    expect(layout.from('tile:e1', 'below')).toBeNull();
  });

  it('tells whose tiles are at the top once their head has gone', () => {
    const [first, second] = layout.spots.filter(spot => spot.kind === 'block');
    const under = layout.rows[1]?.y ?? 0;
    expect(layout.headAbove(0)).toBeNull();
    expect(layout.headAbove(under)?.head).toBe(first);
    const end = layout.headAbove(under)?.end ?? 0;
    expect(layout.find(second?.id ?? '')?.y).toBeGreaterThanOrEqual(end);
    expect(layout.headAbove(end)).toBeNull();
    expect(layout.headAbove(end + 1)?.head).toBe(second);
  });

  it('knows which of thousands of rows are seen', () => {
    const many = new Layout(
      [
        node(
          'A',
          'block',
          0,
          [...Array(3000).keys()].map(k => node(`n${k}`, 'item'))
        )
      ],
      230,
      () => 70
    );
    const [first, end] = many.rowsBetween(15_000, 15_300);
    expect(end - first).toBeLessThan(14);
    expect(many.rows[first]?.y).toBeLessThanOrEqual(15_000);
    expect((many.rows[end - 1]?.y ?? 0) + 30).toBeGreaterThanOrEqual(15_300);
  });
});
