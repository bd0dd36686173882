/** The browser and Python make the same text and hash of the same thing. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CellJson, ReadOptions } from '..';
import {
  cellText,
  digest,
  estimateTokens,
  fileText,
  languageOf,
  notebookText,
  parseReference,
  referenceOf,
  sourceOf
} from '..';

interface Taken {
  text: string;
  sha256: string;
}

interface Agreed {
  cells: (Taken & { name: string; language: string; options: ReadOptions; cell: CellJson })[];
  notebook: Taken & { language: string; options: ReadOptions; cells: CellJson[] };
  files: (Taken & { content: string })[];
  references: {
    reference: string;
    path: string;
    part: string;
    options: Record<string, string>;
  }[];
  tokens: { text: string; tokens: number }[];
}

const agreed = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../../../tests/source_texts.json', import.meta.url)),
    'utf8'
  )
) as Agreed;

function taken(text: string): Taken {
  return { text, sha256: digest(text) };
}

describe('a text is taken as Python takes it', () => {
  it.each(agreed.cells)('cell: $name', ({ cell, language, options, text, sha256 }) => {
    expect(taken(cellText(cell, language, options))).toEqual({ text, sha256 });
  });

  it('a whole notebook', () => {
    const { cells, language, options, text, sha256 } = agreed.notebook;
    expect(taken(notebookText(cells, language, options))).toEqual({ text, sha256 });
  });

  it.each(agreed.files)('file: $content', ({ content, text, sha256 }) => {
    expect(taken(fileText(content))).toEqual({ text, sha256 });
  });

  it.each(agreed.references)('reference: $reference', ({ reference, ...parts }) => {
    expect(referenceOf(parts)).toBe(reference);
    expect(parseReference(reference)).toEqual(parts);
  });

  it.each(agreed.tokens)('tokens: $text', ({ text, tokens }) => {
    expect(estimateTokens(text)).toBe(tokens);
  });

  it('a long text is estimated by passages', () => {
    expect(estimateTokens('word '.repeat(100_000))).toBeCloseTo(100_000, -3);
  });

  it('the language is the one that the metadata tell', () => {
    expect(languageOf({ language_info: { name: 'R' } })).toBe('R');
    expect(languageOf({})).toBe('python');
  });

  it('a source remembers address, hash and time', () => {
    const source = sourceOf('cell', { path: 'a.ipynb', part: 'x' }, 'text');
    expect(source).toMatchObject({ kind: 'cell', reference: 'a.ipynb#x' });
    expect(source.contentHash).toBe(digest('text'));
    expect(source.capturedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});
