/** Scrolls a field while a gesture is held at its edge. */

/** Near the edge, so many pixels, it scrolls already. */
const EDGE = 24;
/** Further than this beyond the edge it becomes no faster. */
const REACH = 96;
/** Pixels a second: at the edge, and what each pixel beyond it adds. */
const SLOWEST = 120;
const STEP = 14;
/** The longer it is held, the faster: twice as fast after this many milliseconds, then three times. */
const PATIENCE = 700;
const FASTEST = 6;
/** A frame that came late makes no jump. */
const LONGEST_FRAME = 50;

/** How fast to scroll, in pixels a second, this far beyond the edge (≤ 0: not) for so many milliseconds. */
export function scrollSpeed(beyond: number, held: number): number {
  const pace = beyond > 0 ? SLOWEST + STEP * Math.min(beyond, REACH) : 0;
  return pace * Math.min(FASTEST, 1 + held / PATIENCE);
}

export class EdgeScroll {
  private pointer = 0;
  private frame = 0;
  private begun: number | null = null;
  private previous = 0;
  /** Part of a pixel that the last frame left over. */
  private rest = 0;

  constructor(
    private readonly area: HTMLElement,
    private readonly scrolled: () => void
  ) {}

  /** The pointer of a gesture is at this height of the window. */
  follow(pointer: number): void {
    this.pointer = pointer;
    if (this.direction() !== 0) {
      this.frame ||= requestAnimationFrame(this.step);
    }
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.begun = null;
  }

  private readonly step = (now: number): void => {
    this.frame = 0;
    const direction = this.direction();
    if (direction === 0) {
      this.begun = null;
      return;
    }
    if (this.begun === null) {
      this.begun = this.previous = now;
      this.rest = 0;
    }
    const speed = scrollSpeed(this.beyond(direction), now - this.begun);
    const way = (speed * Math.min(now - this.previous, LONGEST_FRAME)) / 1000 + this.rest;
    this.previous = now;
    this.rest = way % 1;
    this.frame = requestAnimationFrame(this.step);
    if (way >= 1) {
      this.area.scrollTop += direction * Math.trunc(way);
      this.scrolled();
    }
  };

  private direction(): -1 | 0 | 1 {
    const { scrollTop, scrollHeight, clientHeight } = this.area;
    if (this.beyond(1) > 0 && scrollTop + clientHeight < scrollHeight) {
      return 1;
    }
    return this.beyond(-1) > 0 && scrollTop > 0 ? -1 : 0;
  }

  private beyond(direction: -1 | 1): number {
    const { top, bottom } = this.area.getBoundingClientRect();
    return direction > 0 ? this.pointer - (bottom - EDGE) : top + EDGE - this.pointer;
  }
}
