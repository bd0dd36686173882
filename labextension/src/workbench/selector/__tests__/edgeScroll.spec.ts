import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EdgeScroll, scrollSpeed } from '../edgeScroll';

let area: { scrollTop: number; scrollHeight: number; clientHeight: number };
let edge: EdgeScroll;

/** A field of 400 pixels in the middle of a window; its content is 100,000 high. */
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (draw: FrameRequestCallback) =>
    setTimeout(() => draw(performance.now()), 16)
  );
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  area = { scrollTop: 0, scrollHeight: 100_000, clientHeight: 400 };
  const getBoundingClientRect = () => ({ top: 100, bottom: 500 });
  const field = Object.assign(area, { getBoundingClientRect });
  edge = new EdgeScroll(field as unknown as HTMLElement, () => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('scrolling at the edge', () => {
  it('is the faster, the further beyond and the longer it is held', () => {
    expect(scrollSpeed(0, 5000)).toBe(0);
    expect(scrollSpeed(40, 0)).toBeGreaterThan(scrollSpeed(4, 0));
    expect(scrollSpeed(40, 700)).toBe(2 * scrollSpeed(40, 0));
    expect(scrollSpeed(4000, 60_000)).toBe(scrollSpeed(96, 3500));
  });

  it('goes through two thousand tiles in seconds, and stops at the end', () => {
    edge.follow(620);
    vi.advanceTimersByTime(16_000);
    expect(area.scrollTop).toBeGreaterThan(99_600);
    const end = area.scrollTop;
    area.scrollHeight = area.scrollTop + area.clientHeight;
    vi.advanceTimersByTime(1000);
    expect(area.scrollTop).toBe(end);
  });

  it('goes back above the field, rests within it and when the gesture is over', () => {
    area.scrollTop = 5000;
    edge.follow(60);
    vi.advanceTimersByTime(500);
    const back = area.scrollTop;
    expect(back).toBeLessThan(5000);
    edge.follow(300);
    vi.advanceTimersByTime(500);
    expect(area.scrollTop).toBe(back);
    edge.follow(60);
    edge.stop();
    vi.advanceTimersByTime(500);
    expect(area.scrollTop).toBe(back);
  });

  it('begins slowly again after a rest', () => {
    edge.follow(490);
    vi.advanceTimersByTime(5000);
    edge.follow(300);
    vi.advanceTimersByTime(100);
    const rested = area.scrollTop;
    edge.follow(490);
    vi.advanceTimersByTime(200);
    expect(area.scrollTop - rested).toBeLessThan(100);
  });
});
