/** Where the pieces of the context stand in a compiled prompt, as editors count. */
import type { CompiledPiece } from '../api/types';

export interface Stretch {
  from: number;
  to: number;
  piece: CompiledPiece;
}

/**
 * The pieces that begin in a text, in UTF-16 units; the server counts code points.
 *
 * The text may be the beginning only: what goes on behind its end ends there.
 */
export function stretchesOf(text: string, pieces: readonly CompiledPiece[]): Stretch[] {
  const found: Stretch[] = [];
  let units = 0;
  let points = 0;
  /** Walk on to a code point; positions are asked for in ascending order. */
  const unitsAt = (point: number): number => {
    while (points < point && units < text.length) {
      units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
      points++;
    }
    return units;
  };
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    const from = unitsAt(piece.start);
    const to = unitsAt(piece.end);
    if (to > from) {
      found.push({ from, to, piece });
    }
  }
  return found;
}
