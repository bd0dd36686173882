/** Streams of events as they come over a network that may fall silent. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { readEvents, SILENCE } from '../sse';

function stream(): {
  body: ReadableStream<Uint8Array>;
  say: (text: string) => void;
  left: () => boolean;
} {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let hasLeft = false;
  const body = new ReadableStream<Uint8Array>({
    start: given => {
      controller = given;
    },
    cancel: () => {
      hasLeft = true;
    }
  });
  const say = (text: string): void => controller.enqueue(new TextEncoder().encode(text));
  return { body, say, left: () => hasLeft };
}

describe('a stream of events', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lasts as long as there are signs of life, and breaks when there are none', async () => {
    const { body, say, left } = stream();
    const events = readEvents(body);
    const first = events.next();
    for (let spoken = 0; spoken < 5; spoken += 1) {
      await vi.advanceTimersByTimeAsync(SILENCE - 1);
      say(': ping\n\n');
    }
    await vi.advanceTimersByTimeAsync(0);
    say('id: 7\nevent: ready\ndata: {}\n\n');
    await expect(first).resolves.toMatchObject({ value: { id: '7', event: 'ready', data: '{}' } });

    const broken = expect(events.next()).rejects.toThrow('silent');
    await vi.advanceTimersByTimeAsync(SILENCE + 1);
    await broken;
    expect(left()).toBe(true);
  });
});
