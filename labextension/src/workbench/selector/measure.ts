/** How wide a tile will be: measured in the font of the screen, without putting it there. */
import type { ContextNode } from '../../state/tree';
import type { SpotKind, SpotWidth } from './layout';

/** The texts of a tile. */
export interface Words {
  title: (node: ContextNode) => string;
  count: (node: ContextNode) => string;
  /** What the switch of a family says beside its box. */
  family: (node: ContextNode) => string;
}

/** Inner and outer space of a tile, and of a switch with its box. */
const TILE_SPACE = 26;
const SWITCH_SPACE = 32;
const LONGEST = { block: 600, item: 190, subItem: 140 } as const;

/** The space that the number of a selected tile takes, so that selecting moves nothing. */
export function placeWidth(most: number): number {
  return Math.max(18, 10 + 7 * String(most).length);
}

export function spotWidths(words: Words, style: CSSStyleDeclaration, most: number): SpotWidth {
  const context = document.createElement('canvas').getContext('2d');
  const base = parseFloat(style.fontSize) || 13;
  const small = (size: number): number => size * smaller(style);
  const known = new Map<string, number>();
  const measured = (text: string, size: number, weight = 400): number => {
    const font = `${weight} ${size}px ${style.fontFamily}`;
    const key = `${font} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (context) {
        context.font = font;
      }
      width = Math.ceil(context?.measureText(text).width ?? text.length * 7);
      known.set(key, width);
    }
    return width;
  };
  const place = placeWidth(most);
  return (kind: SpotKind, node: ContextNode, named: boolean): number => {
    const size = node.level === 'subItem' ? small(base) : base;
    const title = Math.min(
      measured(words.title(node), size, kind === 'block' ? 600 : 400),
      LONGEST[node.level]
    );
    const count = measured(words.count(node), small(size));
    switch (kind) {
      case 'tile':
        return place + title + count + TILE_SPACE;
      case 'block':
        return title + count + SWITCH_SPACE + 8;
      case 'family':
        return measured(words.family(node), small(size)) + SWITCH_SPACE + (named ? title + 6 : 0);
    }
  };
}

/** The smaller font in relation to the one around it; themes give it in em or in pixels. */
function smaller(style: CSSStyleDeclaration): number {
  const size = style.getPropertyValue('--jp-ui-font-size0');
  const value = parseFloat(size) || 0.84;
  return size.trim().endsWith('px') ? value / (parseFloat(style.fontSize) || 13) : value;
}
