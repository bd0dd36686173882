import { describe, expect, it } from 'vitest';
import { stretchesOf } from '../pieces';

const piece = (start: number, end: number): Parameters<typeof stretchesOf>[1][number] => ({
  blockId: 1,
  itemId: start + 1,
  start,
  end,
  chars: end - start
});

const shown = (text: string, pieces: ReturnType<typeof piece>[]): string[] =>
  stretchesOf(text, pieces).map(({ from, to }) => text.slice(from, to));

describe('the pieces of a compiled prompt', () => {
  it('are found in a text with signs of two units', () => {
    expect(shown('🚲🚲 one\n\n🚲 two', [piece(3, 6), piece(8, 13)])).toEqual(['one', '🚲 two']);
  });

  it('come in the order of the text', () => {
    expect(shown('abcdef', [piece(4, 6), piece(0, 2)])).toEqual(['ab', 'ef']);
  });

  it('end where the text that is shown ends', () => {
    expect(shown('abcd', [piece(2, 9), piece(9, 12)])).toEqual(['cd']);
  });

  it('may stand twice, when the context does', () => {
    expect(shown('x y x', [piece(0, 1), piece(4, 5)])).toEqual(['x', 'x']);
  });
});
