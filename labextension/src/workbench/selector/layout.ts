/** Where every tile of the selector stands: known without drawing it, for thousands of tiles. */
import type { ContextNode, Key } from '../../state/tree';

/**
 * `tile`: a piece that can be selected. `block` and `family`: the switches for all pieces of a
 * block, and for all sub-items of an item.
 */
export type SpotKind = 'tile' | 'block' | 'family';

export interface Spot {
  /** Unique among all spots. */
  id: string;
  kind: SpotKind;
  node: ContextNode;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Its place among all spots, and that of its row. */
  index: number;
  row: number;
  /** Whether an item without text of its own is named by its switch. */
  named: boolean;
}

export interface Row {
  block: ContextNode;
  y: number;
  height: number;
  spots: Spot[];
}

export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export type SpotWidth = (kind: SpotKind, node: ContextNode, named: boolean) => number;

const LINE = 30;
export const HEAD = 30;
const TILE = 26;
const SMALL = 22;
const GAP = 4;
const BLOCK_GAP = 8;
const INDENT = 18;

export class Layout {
  readonly rows: Row[] = [];
  /** All spots in the order they are seen. */
  readonly spots: Spot[] = [];
  height = 0;
  private readonly byId = new Map<string, Spot>();
  /** The rows that blocks begin with. */
  private readonly heads: number[] = [];
  private x = 0;
  private left = 0;

  constructor(
    blocks: readonly ContextNode[],
    private readonly width: number,
    private readonly widthOf: SpotWidth,
    /** Pieces that are selected although they are empty keep their tile. */
    private readonly selectedEmpty: ReadonlySet<Key> = new Set()
  ) {
    for (const block of blocks) {
      if (block.children.length > 0) {
        this.addBlock(block);
      }
    }
  }

  find(id: string | null): Spot | null {
    return (id === null ? null : this.byId.get(id)) ?? null;
  }

  /** The spot under a point; null for empty space. */
  at(x: number, y: number): Spot | null {
    const row = this.rows[this.rowAt(y)];
    return (
      row?.spots.find(
        spot => x >= spot.x && x < spot.x + spot.width && y >= spot.y && y < spot.y + spot.height
      ) ?? null
    );
  }

  /** The tiles a rectangle touches, in the order they are seen. */
  touching({ left, top, right, bottom }: Rectangle): Spot[] {
    const [first, last] = this.rowsBetween(top, bottom);
    return this.rows
      .slice(first, last)
      .flatMap(row => row.spots)
      .filter(
        spot =>
          spot.kind === 'tile' &&
          spot.x < right &&
          spot.x + spot.width > left &&
          spot.y < bottom &&
          spot.y + spot.height > top
      );
  }

  /** The rows that show in a part of the height: the first, and the one behind the last. */
  rowsBetween(top: number, bottom: number): [number, number] {
    return [Math.max(0, this.rowAt(top)), Math.max(0, this.rowAt(bottom)) + 1];
  }

  /** The head that is no longer whole at a height, if its tiles are; and where the next one begins. */
  headAbove(y: number): { head: Spot; end: number } | null {
    const at = this.rowAt(y);
    const next = this.heads.findIndex(row => row > at);
    const last = next < 0 ? this.heads.length - 1 : next - 1;
    const row = this.rows[this.heads[last] ?? -1];
    const head = row?.spots[0];
    return row && head && y > row.y
      ? { head, end: next < 0 ? this.height : (this.rows[this.heads[next] ?? -1]?.y ?? 0) }
      : null;
  }

  /** The spot that a key leads to. */
  from(id: string, step: 'next' | 'previous' | 'below' | 'above'): Spot | null {
    const spot = this.find(id);
    if (!spot) {
      return null;
    }
    if (step === 'next' || step === 'previous') {
      return this.spots[spot.index + (step === 'next' ? 1 : -1)] ?? null;
    }
    const middle = spot.x + Math.min(spot.width, 80) / 2;
    const distance = (other: Spot): number =>
      Math.max(other.x - middle, middle - other.x - other.width, 0);
    const row = this.rows[spot.row + (step === 'below' ? 1 : -1)];
    return row ? row.spots.reduce((a, b) => (distance(b) < distance(a) ? b : a)) : null;
  }

  private addBlock(block: ContextNode): void {
    this.left = 0;
    this.heads.push(this.rows.length);
    this.open(block, HEAD);
    this.place('block', block);
    let flowing = false;
    for (const item of block.children) {
      if (item.children.length > 0) {
        this.addFamily(block, item);
        flowing = false;
      } else {
        this.left = 0;
        if (!flowing) {
          this.open(block);
        }
        flowing = true;
        this.place('tile', item, block);
      }
    }
    this.height += BLOCK_GAP;
  }

  /** An item keeps its sub-items beside it, and nothing else. */
  private addFamily(block: ContextNode, item: ContextNode): void {
    this.left = 0;
    this.open(block);
    const own = item.ownChars > 0 || this.selectedEmpty.has(item.key);
    if (own) {
      this.place('tile', item, block);
    }
    this.left = INDENT;
    this.place('family', item, block, !own);
    for (const sub of item.children) {
      this.place('tile', sub, block);
    }
  }

  private open(block: ContextNode, height = LINE): void {
    this.rows.push({ block, y: this.height, height, spots: [] });
    this.height += height;
    this.x = this.left;
  }

  private place(kind: SpotKind, node: ContextNode, block?: ContextNode, named = false): void {
    const width = Math.min(this.widthOf(kind, node, named), this.width - this.left);
    if (block && this.x > this.left && this.x + width > this.width) {
      this.open(block);
    }
    const row = this.rows.length - 1;
    const { y, height: line, spots } = this.rows[row] as Row;
    const height = node.level === 'subItem' ? SMALL : TILE;
    const id = `${kind}:${node.key}`;
    const top = y + Math.floor((line - height) / 2);
    const index = this.spots.length;
    const spot = { id, kind, node, x: this.x, y: top, width, height, index, row, named };
    spots.push(spot);
    this.byId.set(id, spot);
    this.spots.push(spot);
    this.x += width + GAP;
  }

  /** The last row that begins at or above a height. */
  private rowAt(y: number): number {
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.rows[middle]?.y ?? 0) <= y) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
