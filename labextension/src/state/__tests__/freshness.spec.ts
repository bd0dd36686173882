import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Source } from '../../api/types';
import { sourceOf } from '../../sources';
import { FreshnessModel } from '../freshness';
import type { ProjectModel } from '../project';
import { Store } from '../store';
import type { ContextNode } from '../tree';

const NONE = { version: 1, ownChars: 1, children: [] };

function item(key: string, source: Source | null): ContextNode {
  return { ...NONE, key, level: 'item', title: key, source };
}

function block(...children: ContextNode[]): ContextNode {
  return { ...NONE, key: 'b1', level: 'block', title: 'B', source: null, children };
}

const cell = sourceOf('cell', { path: 'a/n.ipynb', part: 'c' }, 'one');
const file = sourceOf('file', { path: 'notes.md' }, 'two');

let texts: Map<string, string | null | undefined>;
let tell: (path: string) => void;
let state: Store<{ tree: { blocks: readonly ContextNode[] } }>;
let read: string[];

function model(...items: ContextNode[]): FreshnessModel {
  state = new Store({ tree: { blocks: [block(...items)] } });
  const project = {
    state,
    get tree() {
      return state.get().tree;
    }
  } as unknown as ProjectModel;
  return new FreshnessModel(project, {
    read: ({ reference }) => {
      read.push(reference);
      return Promise.resolve(texts.get(reference));
    },
    subscribe: listener => {
      tell = listener;
      return () => undefined;
    }
  });
}

const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5));

describe('the freshness of a text', () => {
  beforeEach(() => {
    vi.stubGlobal('window', new EventTarget());
    read = [];
    texts = new Map([
      [cell.reference, 'one'],
      [file.reference, 'two']
    ]);
  });

  it('is told for cells and files, and for nothing that cannot be seen', async () => {
    const table = { ...sourceOf('dataframe', { part: 'df' }, 'x') };
    const known = model(item('c', cell), item('f', file), item('d', table), item('x', null));
    known.watch();
    await settled();
    expect([...known.state.get()]).toEqual([
      ['c', 'fresh'],
      ['f', 'fresh']
    ]);
  });

  it('follows its source: only what lies behind a changed path is read again', async () => {
    const known = model(item('c', cell), item('f', file));
    known.watch();
    await settled();
    read.length = 0;
    texts.set(cell.reference, 'another');
    tell('a/n.ipynb');
    await settled();
    expect(read).toEqual([cell.reference]);
    expect(known.state.get().get('c')).toBe('stale');
    texts.set(cell.reference, null);
    tell('a'); // the folder was deleted
    await settled();
    expect(known.state.get().get('c')).toBe('gone');
    expect(known.state.get().get('f')).toBe('fresh');
  });

  it('is looked for when a text is added or taken anew, and not when one is typed', async () => {
    const known = model(item('c', cell));
    known.watch();
    await settled();
    read.length = 0;
    state.set({ tree: { blocks: [block({ ...item('c', cell), ownChars: 9 })] } });
    await settled();
    expect(read).toEqual([]);
    state.set({ tree: { blocks: [block(item('c', cell), item('f', file))] } });
    await settled();
    expect(read).toEqual([file.reference]);
  });
});
