import { describe, expect, it, vi } from 'vitest';
import { chaptersOf } from '../../workbench/history/chapters';
import type { ContextStats, HistoryEntry } from '../../api/types';
import { Identities } from '../identities';
import { Store } from '../store';
import { unitsBefore } from '../text';
import { TokenCounts } from '../tokenCounts';
import type { ContextNode } from '../tree';

function version(number: number, at: string, title: string, kind = 'edit'): HistoryEntry {
  return {
    version: number,
    at: `2026-01-01T${at}Z`,
    author: { id: 'a', name: 'Ann' },
    changes: [{ kind, title, inserted: 10, deleted: 1 } as HistoryEntry['changes'][0]],
    totalChanges: 1
  };
}

describe('versions', () => {
  it('are one where somebody typed on in the same text', () => {
    const chapters = chaptersOf([
      version(5, '10:06:00', 'A'),
      version(4, '10:03:00', 'A'),
      version(3, '10:00:00', 'B'),
      version(2, '09:00:00', 'B'),
      version(1, '08:59:00', 'B', 'add')
    ]);
    expect(chapters.map(({ from, to }) => [from, to])).toEqual([
      [4, 5],
      [3, 3],
      [2, 2],
      [1, 1]
    ]);
    expect(chapters[0]?.changes[0]).toMatchObject({ inserted: 20, deleted: 2 });
  });
});

describe('a place in a text', () => {
  it('counts a character beyond the basic plane once', () => {
    expect(unitsBefore('a🚲b', 2)).toBe(3);
    expect(unitsBefore('ab', 9)).toBe(2);
  });
});

describe('tokens', () => {
  const leaf = (key: string, ownChars: number): ContextNode => ({
    key,
    level: 'item',
    title: key,
    ownChars,
    version: 1,
    source: null,
    children: []
  });
  const tree = {
    name: '',
    prompts: [],
    blocks: [
      { ...leaf('b1', 0), level: 'block' as const, children: [leaf('b1.i1', 40), leaf('b1.i2', 8)] }
    ]
  };

  it('are exact where nothing has changed since, and estimated in between', async () => {
    vi.useFakeTimers();
    const project = {
      tree,
      revision: new Store(0),
      queue: { identities: new Identities(), drain: () => Promise.resolve(true) }
    };
    const answer: ContextStats = {
      blocks: [
        {
          id: 1,
          nodes: [
            { itemId: 1, tokens: 10 },
            { itemId: 2, tokens: 4 }
          ]
        }
      ]
    };
    const some = vi.fn(() => Promise.resolve([{ blockId: 1, itemId: 2, tokens: 6 }]));
    const counts = new TokenCounts(project, { all: () => Promise.resolve(answer), some });
    expect(counts.of(leaf('b1.i1', 40))).toBeNull();
    const end = counts.watch();
    await vi.advanceTimersByTimeAsync(1000);
    expect(counts.of(tree.blocks[0] ?? leaf('', 0))).toEqual({ tokens: 14, exact: true });
    expect(counts.of(leaf('b1.i1', 80))).toEqual({ tokens: 20, exact: false });

    // Only what has another version by now is counted again; nothing where nothing has changed.
    const [block] = tree.blocks;
    const [first, second] = block?.children ?? [];
    if (block && first && second) {
      project.tree = {
        ...tree,
        blocks: [{ ...block, children: [first, { ...second, ownChars: 12, version: 2 }] }]
      };
    }
    project.revision.set(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(some.mock.calls).toEqual([[[{ blockId: 1, itemId: 2 }]]]);
    expect(counts.of(project.tree.blocks[0] ?? leaf('', 0))).toEqual({ tokens: 16, exact: true });
    project.revision.set(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(some).toHaveBeenCalledTimes(1);
    end();
    vi.useRealTimers();
  });
});
