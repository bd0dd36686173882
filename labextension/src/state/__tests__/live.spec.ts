import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../../api/sse';
import { Live } from '../live';

const event = (id: string, name: string, data: object = {}): ServerEvent => ({
  ...{ id, event: name, data: JSON.stringify(data) }
});

let streams: { from: string | null; signal: AbortSignal }[];
let script: (ServerEvent | 'break')[][];
const changed = vi.fn();
const missed = vi.fn();

async function* follow(from: string | null, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  streams.push({ from, signal });
  for (const next of script.shift() ?? []) {
    if (next === 'break') {
      throw new TypeError('network error');
    }
    yield next;
    await Promise.resolve();
  }
  await new Promise((_, reject) => signal.addEventListener('abort', reject));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  streams = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('reading along', () => {
  it('tells what changed, and goes on behind the last event after a broken connection', async () => {
    const project = event('2', 'project', { id: 'p', version: 7 });
    script = [[event('1', 'ready'), project, 'break'], [event('3', 'resync')]];
    const live = new Live(follow, { changed, missed });
    live.resume();
    live.resume();
    await vi.advanceTimersByTimeAsync(10);
    expect(changed.mock.calls).toEqual([['project', { id: 'p', version: 7 }]]);
    // What was shown when the stream began may be older than it.
    expect(missed).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1000);
    expect(streams.map(stream => stream.from)).toEqual([null, '2']);
    expect(missed).toHaveBeenCalledTimes(2);
    live.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams).toHaveLength(2);
    expect(streams[1]?.signal.aborted).toBe(true);
    live.resume();
    expect(streams[2]?.from).toBe('3');
    live.pause();
  });

  it('asks ever more seldom while nobody answers', async () => {
    script = Array.from({ length: 20 }, () => ['break']);
    const live = new Live(follow, { changed, missed });
    live.resume();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(streams.length).toBeGreaterThan(3);
    expect(streams.length).toBeLessThan(8);
    live.pause();
  });
});
