/** Reads along what is changed elsewhere: one stream for the whole page, while it is looked at. */
import type { ServerEvent } from '../api/sse';

export interface Listener {
  /** A project, a template or a run has another version now, or is gone. */
  changed(kind: string, data: { id: string; version?: number; status?: string }): void;
  /** Changes may have been missed: look at everything again. */
  missed(): void;
}

export type Follow = (
  lastEventId: string | null,
  signal: AbortSignal
) => AsyncIterable<ServerEvent>;

const PAUSES = [1000, 2000, 5000, 15_000, 30_000];

export class Live {
  private lastEventId: string | null = null;
  private current: AbortController | null = null;
  private failures = 0;

  constructor(
    private readonly follow: Follow,
    private readonly listener: Listener
  ) {}

  /** Read along, from behind the last event that arrived. */
  resume(): void {
    if (!this.current) {
      const current = new AbortController();
      this.current = current;
      void this.run(current.signal);
    }
  }

  /** A page nobody looks at leaves its connection to others: browsers have six for a server. */
  pause(): void {
    this.current?.abort();
    this.current = null;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of this.follow(this.lastEventId, signal)) {
          if (this.current?.signal !== signal) {
            return;
          }
          this.failures = 0;
          const first = this.lastEventId === null;
          this.lastEventId = event.id ?? this.lastEventId;
          this.take(event, first);
        }
      } catch {
        // A server that is away, or has no such stream, is asked again, ever more seldom.
      }
      await rest(PAUSES[Math.min(this.failures++, PAUSES.length - 1)] ?? 0, signal);
    }
  }

  private take({ event, data }: ServerEvent, first: boolean): void {
    // What is on the screen was asked for before the first stream began.
    if (event === 'resync' || (event === 'ready' && first)) {
      this.listener.missed();
    } else if (event !== 'ready') {
      this.listener.changed(
        event,
        JSON.parse(data) as { id: string; version?: number; status?: string }
      );
    }
  }
}

function rest(time: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, time);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
