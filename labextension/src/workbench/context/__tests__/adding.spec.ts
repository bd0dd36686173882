import { describe, expect, it, vi } from 'vitest';

vi.mock('@jupyterlab/apputils', () => ({ Notification: {} }));
vi.mock('../actions', () => ({ titleOf: () => '' }));

const { piecesOfCells, titleFrom } = await import('../adding');

const CELLS = [
  { cell_type: 'markdown', source: '# Plan\nfirst' },
  { cell_type: 'code', source: ['x = 1\n', 'x'] },
  { cell_type: 'code', source: '' }
];

describe('what becomes context', () => {
  it('is named by the first line that says something', () => {
    expect(titleFrom('\n\n## A heading\nmore', 'x')).toBe('A heading');
    expect(titleFrom('# comment\ncode', 'x')).toBe('comment');
    expect(titleFrom('---\n', 'data.ipynb')).toBe('data.ipynb');
    expect(titleFrom('🚲'.repeat(200), 'x')).toBe('🚲'.repeat(80));
    expect(titleFrom('', '')).toBe('…');
  });

  it('is a piece for each cell, which knows its source', () => {
    const source = { kind: 'cell', reference: 'a.ipynb#c', contentHash: '0', capturedAt: 'now' };
    const sources = { takeCell: () => ({ content: 'as it is taken', source }) };
    expect(piecesOfCells(CELLS.slice(0, 2), sources, 'nb')).toEqual([
      { title: 'Plan', content: 'as it is taken', source },
      { title: 'x = 1', content: 'as it is taken', source }
    ]);
  });
});
