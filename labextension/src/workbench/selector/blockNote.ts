/** What the head of a block says beside its title: how much there is, and how much of it is taken. */
import { isAvailable, tilesOf } from '../../state/selection';
import type { ContextNode } from '../../state/tree';
import { short } from '../common/numbers';

export function blockNote(block: ContextNode, selected: number, language: string): string {
  const tiles = tilesOf(block).filter(isAvailable);
  const size = short(
    tiles.reduce((sum, { ownChars }) => sum + ownChars, 0),
    language
  );
  return selected > 0 ? `${selected}/${tiles.length} · ${size}` : size;
}
