/** Selecting with the pointer: paint over tiles, or draw a rubber band from empty space. */
import type { Mode } from '../../state/selection';
import { after, isAvailable } from '../../state/selection';
import type { Key } from '../../state/tree';
import { EdgeScroll } from './edgeScroll';
import type { Layout, Rectangle, Spot } from './layout';

export interface Preview {
  selected: readonly Key[];
  /** In the coordinates of the content; null while painting. */
  band: Rectangle | null;
}

export interface GestureHost {
  layout(): Layout;
  selected(): readonly Key[];
  /** Show what the gesture would lead to; null: it is over. */
  preview(preview: Preview | null): void;
  /** The one change a gesture makes. */
  commit(selected: readonly Key[], last: Key | null): void;
  /** Shift and a click. */
  extend(spot: Spot): void;
  /** A click on a switch. */
  press(spot: Spot): void;
}

interface Point {
  x: number;
  y: number;
}

/** A press on empty space becomes a rubber band when it has moved this far. */
const THRESHOLD = 4;
/** How long a finger rests until it paints instead of scrolling. */
const LONG_PRESS = 400;
/** Between two events the pointer is followed in steps of this size. */
const STRIDE = 6;

export class Gesture {
  private kind: 'waiting' | 'press' | 'paint' | 'band' | null = null;
  private pointer = -1;
  private origin: Point = { x: 0, y: 0 };
  private client: Point = { x: 0, y: 0 };
  private last: Point = { x: 0, y: 0 };
  private target: Spot | null = null;
  private mode: Mode = 'add';
  private before: readonly Key[] = [];
  private held: ReadonlySet<Key> = new Set();
  private met = new Set<Key>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly edge: EdgeScroll;

  constructor(
    private readonly area: HTMLElement,
    private readonly host: GestureHost
  ) {
    this.edge = new EdgeScroll(area, () => this.advance());
    area.addEventListener('pointerdown', this.onDown);
    area.addEventListener('pointermove', this.onMove);
    area.addEventListener('pointerup', this.onUp);
    area.addEventListener('pointercancel', this.onCancel);
    area.addEventListener('scroll', this.onScroll);
    area.addEventListener('touchmove', this.onTouchMove, { passive: false });
    area.addEventListener('contextmenu', this.onContextMenu);
  }

  dispose(): void {
    this.cancel();
    const { area } = this;
    area.removeEventListener('pointerdown', this.onDown);
    area.removeEventListener('pointermove', this.onMove);
    area.removeEventListener('pointerup', this.onUp);
    area.removeEventListener('pointercancel', this.onCancel);
    area.removeEventListener('scroll', this.onScroll);
    area.removeEventListener('touchmove', this.onTouchMove);
    area.removeEventListener('contextmenu', this.onContextMenu);
  }

  /** Forget the gesture: everything is as it was before. */
  cancel(): void {
    if (this.kind !== null) {
      this.end();
      this.host.preview(null);
    }
  }

  private readonly onDown = (event: PointerEvent): void => {
    const inside = event.offsetX < this.area.clientWidth || event.target !== this.area;
    // What floats above the tiles takes its clicks itself.
    const above = event.target instanceof Element && event.target.closest('.pf-TileSticky');
    if (event.button !== 0 || !event.isPrimary || !inside || above || this.kind !== null) {
      return;
    }
    this.follow(event);
    this.pointer = event.pointerId;
    this.origin = this.last = this.point();
    this.target = this.host.layout().at(this.origin.x, this.origin.y);
    this.before = this.host.selected();
    this.held = new Set(this.before);
    this.met.clear();
    if (event.pointerType === 'touch') {
      this.kind = 'waiting';
      this.timer = setTimeout(() => this.touchHolds(), LONG_PRESS);
    } else {
      this.begin(event);
    }
    document.addEventListener('keydown', this.onKey, true);
  };

  /** What a press of the mouse is the beginning of. */
  private begin(event: PointerEvent): void {
    this.area.setPointerCapture(event.pointerId);
    if (this.target === null) {
      this.kind = 'press';
      this.mode = event.altKey ? 'remove' : event.ctrlKey || event.metaKey ? 'toggle' : 'add';
    } else if (this.target.kind !== 'tile' || event.shiftKey) {
      this.kind = 'press';
    } else {
      this.startPainting(this.target);
    }
  }

  private startPainting(tile: Spot): void {
    this.kind = 'paint';
    this.mode = this.held.has(tile.node.key) ? 'remove' : 'add';
    this.meet(tile);
    this.show();
  }

  private touchHolds(): void {
    this.timer = null;
    if (this.target?.kind === 'tile') {
      this.area.setPointerCapture(this.pointer);
      this.startPainting(this.target);
    }
  }

  private readonly onMove = (event: PointerEvent): void => {
    if (this.kind === null || event.pointerId !== this.pointer) {
      return;
    }
    this.follow(event);
    const { x, y } = this.point();
    const far = Math.hypot(x - this.origin.x, y - this.origin.y) >= THRESHOLD;
    if (this.kind === 'waiting' && far) {
      this.cancel(); // the finger scrolls
    } else if (this.kind === 'press' && this.target === null && far) {
      this.kind = 'band';
    }
    this.advance();
  };

  /** Take in where the pointer is now, over the content as it is scrolled now. */
  private advance(): void {
    if (this.kind === 'paint') {
      this.paintTo(this.point());
      this.show();
    } else if (this.kind === 'band') {
      const tiles = this.host.layout().touching(this.band());
      this.met = new Set(tiles.filter(tile => this.takes(tile)).map(tile => tile.node.key));
      this.show();
    }
    if (this.kind === 'paint' || this.kind === 'band') {
      this.edge.follow(this.client.y);
    }
  }

  private paintTo(to: Point): void {
    const { x, y } = this.last;
    const layout = this.host.layout();
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - x, to.y - y) / STRIDE));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      const spot = layout.at(x + (to.x - x) * part, y + (to.y - y) * part);
      if (spot?.kind === 'tile') {
        this.meet(spot);
      }
    }
    this.last = to;
  }

  private meet(tile: Spot): void {
    if (this.takes(tile)) {
      this.met.add(tile.node.key);
    }
  }

  /** What is empty is not taken, but given back where it had been selected. */
  private takes({ node }: Spot): boolean {
    return isAvailable(node) || this.held.has(node.key);
  }

  private readonly onUp = (event: PointerEvent): void => {
    if (this.kind === null || event.pointerId !== this.pointer) {
      return;
    }
    const { kind, target, before, mode } = this;
    const met = [...this.met];
    const selected = after(before, met, mode);
    this.end();
    if (kind === 'paint' || kind === 'band') {
      this.host.commit(selected, met.at(-1) ?? null);
    } else if (target?.kind === 'tile' && kind === 'waiting') {
      const tapped = this.takes(target) ? [target.node.key] : [];
      this.host.commit(after(before, tapped, 'toggle'), tapped[0] ?? null);
    } else if (target?.kind === 'tile') {
      this.host.extend(target);
    } else if (target) {
      this.host.press(target);
    }
    this.host.preview(null);
  };

  private readonly onCancel = (event: PointerEvent): void => {
    if (event.pointerId === this.pointer) {
      this.cancel();
    }
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    }
  };

  private readonly onScroll = (): void => {
    if (this.kind === 'waiting') {
      this.cancel();
    } else {
      this.advance();
    }
  };

  /** Once a finger paints, it no longer scrolls. */
  private readonly onTouchMove = (event: TouchEvent): void => {
    if (this.kind === 'paint') {
      event.preventDefault();
    }
  };

  private readonly onContextMenu = (event: Event): void => {
    if (this.kind !== null) {
      event.preventDefault(); // a long press is ours
      event.stopPropagation();
    }
  };

  private follow(event: PointerEvent): void {
    this.client = { x: event.clientX, y: event.clientY };
  }

  /** Where the pointer is over the content. */
  private point(): Point {
    const content = this.area.firstElementChild?.getBoundingClientRect();
    return { x: this.client.x - (content?.left ?? 0), y: this.client.y - (content?.top ?? 0) };
  }

  /** It ends where the content does: further, it would make room to scroll on and on. */
  private band(): Rectangle {
    const { x, y } = this.point();
    const { clientWidth = 0, clientHeight = 0 } = this.area.firstElementChild ?? {};
    return {
      left: Math.max(0, Math.min(x, this.origin.x)),
      top: Math.max(0, Math.min(y, this.origin.y)),
      right: Math.min(clientWidth, Math.max(x, this.origin.x)),
      bottom: Math.min(clientHeight, Math.max(y, this.origin.y))
    };
  }

  private show(): void {
    this.host.preview({
      selected: after(this.before, [...this.met], this.mode),
      band: this.kind === 'band' ? this.band() : null
    });
  }

  private end(): void {
    this.kind = null;
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.edge.stop();
    if (this.area.hasPointerCapture(this.pointer)) {
      this.area.releasePointerCapture(this.pointer);
    }
    document.removeEventListener('keydown', this.onKey, true);
  }
}
