/** One prompt's answer: sent, streamed, stopped, picked up again after a lost connection. */
import type { ApiClient } from '../api/client';
import { ApiError, messageOf } from '../api/errors';
import type { ServerEvent } from '../api/sse';
import type { ErrorBody, Run, RunDetail, RunStatus, SendRequest, Usage } from '../api/types';
import { Store } from './store';

export type RunPhase = 'none' | 'sending' | 'streaming' | 'done' | 'cancelled' | 'failed';

export interface RunState {
  phase: RunPhase;
  /** How it stands at the server; null before it is known. */
  status: RunStatus | null;
  runId: string | null;
  provider: string;
  model: string;
  text: string;
  reasoning: string;
  usage: Usage | null;
  cost: number | null;
  /** Whose word the cost is. */
  costSource: string | null;
  durationMs: number | null;
  finishReason: string | null;
  error: { code: string; message: string } | null;
}

const NOTHING: RunState = {
  phase: 'none',
  status: null,
  runId: null,
  provider: '',
  model: '',
  text: '',
  reasoning: '',
  usage: null,
  cost: null,
  costSource: null,
  durationMs: null,
  finishReason: null,
  error: null
};

/** How often the screen is told of new text. */
const PAINT = 60;
const RECONNECTS = [500, 1000, 2000, 4000, 8000];
/** How often an answer is asked for that has no stream of its own. */
const POLL = 700;

/**
 * Streams of answers that may be open at once: a browser has six connections for a server, and
 * what is typed needs one, as does what happens elsewhere.
 */
export class StreamSlots {
  private taken = 0;

  constructor(private readonly most = 3) {}

  take(): boolean {
    if (this.taken >= this.most) {
      return false;
    }
    this.taken++;
    return true;
  }

  free(): void {
    this.taken--;
  }
}

export function isRunning(phase: RunPhase): boolean {
  return phase === 'sending' || phase === 'streaming';
}

export class RunModel {
  readonly state = new Store<RunState>(NOTHING);
  private abort: AbortController | null = null;
  private lastEventId: string | null = null;
  private text: string[] = [];
  private reasoning: string[] = [];
  private painting: ReturnType<typeof setTimeout> | null = null;
  private restored = false;
  /** The server has been asked; it has not said yet which run it is, and is to stop it then. */
  private sent = false;
  private stopping = false;

  constructor(
    private readonly api: ApiClient,
    private readonly slots = new StreamSlots()
  ) {}

  /** Send what `prepare` returns, when it has brought everything it names to the server. */
  async start(
    target: { provider: string; model: string },
    prepare: () => Promise<SendRequest>
  ): Promise<void> {
    if (isRunning(this.state.get().phase)) {
      return;
    }
    this.restored = true;
    this.begin({ phase: 'sending', ...target });
    const abort = this.control();
    try {
      const request = await prepare();
      abort.signal.throwIfAborted();
      this.sent = true;
      await this.follow(this.api.send(request, abort.signal), abort);
    } catch (error) {
      this.fail(error, abort);
    }
  }

  /** Close the provider's connection; what has arrived stays. Rejects where it goes on. */
  async stop(): Promise<void> {
    const { phase, runId } = this.state.get();
    if (!isRunning(phase)) {
      return;
    }
    // It may run at the server before we know its name.
    this.stopping = this.sent && runId === null;
    if (this.stopping) {
      return;
    }
    const abort = this.abort;
    if (runId) {
      await this.api.cancelRun(runId);
    }
    abort?.abort();
    this.paint();
    if (isRunning(this.state.get().phase)) {
      this.state.patch({ phase: 'cancelled' });
    }
  }

  /** Show the last answer of the prompt, and go on reading it if it is still being written. */
  async restore(projectId: string, promptBlockId: number): Promise<void> {
    if (this.restored || this.state.get().phase !== 'none') {
      return;
    }
    this.restored = true;
    const latest = await this.api.lastRun(projectId, promptBlockId);
    if (!latest || this.state.get().phase !== 'none') {
      return;
    }
    if (latest.status === 'running') {
      this.begin({ phase: 'streaming', runId: latest.id, ...pick(latest) });
      const abort = this.control();
      try {
        await this.follow(this.api.resume(latest.id, null, abort.signal), abort);
      } catch (error) {
        this.fail(error, abort);
      }
    } else {
      this.show(await this.api.run(latest.id));
    }
  }

  private show(run: RunDetail): void {
    const phase = phaseOf(run.status);
    this.state.set({
      ...NOTHING,
      ...pick(run),
      phase,
      status: run.status,
      runId: run.id,
      text: run.response ?? '',
      reasoning: run.reasoning ?? '',
      error: run.error ? { code: run.error.error, message: run.error.message } : null
    });
  }

  private begin(state: Partial<RunState>): void {
    this.text = [];
    this.reasoning = [];
    this.lastEventId = null;
    this.sent = this.stopping = false;
    this.state.set({ ...NOTHING, ...state });
  }

  private control(): AbortController {
    this.abort = new AbortController();
    return this.abort;
  }

  /** Read to the end; a stream that breaks off before it is picked up where it broke. */
  private async follow(stream: AsyncGenerator<ServerEvent>, abort: AbortController): Promise<void> {
    const mayStream = this.slots.take();
    try {
      await this.read(stream, abort, mayStream);
    } finally {
      if (mayStream) {
        this.slots.free();
      }
    }
  }

  private async read(
    stream: AsyncGenerator<ServerEvent>,
    abort: AbortController,
    mayStream: boolean
  ): Promise<void> {
    let current = stream;
    for (let attempt = 0; ;) {
      try {
        for await (const event of current) {
          attempt = 0;
          if (event.id) {
            this.lastEventId = event.id;
          }
          if (this.receive(event)) {
            return;
          }
          if (!mayStream && this.state.get().runId) {
            break; // it goes on in the server
          }
        }
      } catch (error) {
        if (abort.signal.aborted || error instanceof ApiError || !this.state.get().runId) {
          throw error;
        }
      }
      const { runId } = this.state.get();
      if (!mayStream && runId) {
        await this.poll(runId, abort);
        return;
      }
      const pause = RECONNECTS[attempt++];
      if (abort.signal.aborted || !runId || pause === undefined) {
        throw this.api.unreachable();
      }
      await new Promise(resolve => setTimeout(resolve, pause));
      current = this.api.resume(runId, this.lastEventId, abort.signal);
    }
  }

  /** Ask for the answer now and then: many answers at once, of which some have no stream. */
  private async poll(runId: string, abort: AbortController): Promise<void> {
    for (;;) {
      const run = await this.api.run(runId);
      abort.signal.throwIfAborted();
      this.show(run);
      if (run.status !== 'running') {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, POLL));
    }
  }

  /** Take in one event; true if it was the last. */
  private receive(event: ServerEvent): boolean {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    switch (event.event) {
      case 'start':
        this.state.patch({ phase: 'streaming', runId: data['runId'] as string });
        if (this.stopping) {
          this.stop().catch(() => undefined); // it goes on, and can be stopped again
        }
        return false;
      case 'delta':
        this.text.push(data['text'] as string);
        this.schedulePaint();
        return false;
      case 'reasoning':
        this.reasoning.push(data['text'] as string);
        this.schedulePaint();
        return false;
      case 'usage':
        this.state.patch({ usage: data['usage'] ?? data });
        return false;
      case 'done':
        this.paint();
        this.state.patch({
          phase: phaseOf((data['status'] as RunStatus | undefined) ?? 'done'),
          status: (data['status'] as RunStatus | undefined) ?? 'done',
          usage: (data['usage'] as Usage | null) ?? this.state.get().usage,
          cost: (data['cost'] as number | null) ?? null,
          costSource: (data['costSource'] as string | null) ?? null,
          durationMs: (data['durationMs'] as number | null) ?? null,
          finishReason: (data['finishReason'] as string | null) ?? null
        });
        return true;
      case 'error': {
        const { error, message } = data as unknown as ErrorBody;
        this.paint();
        this.state.patch({
          phase: 'failed',
          status: 'failed',
          error: { code: error, message }
        });
        return true;
      }
      default:
        return false;
    }
  }

  private schedulePaint(): void {
    this.painting ??= setTimeout(() => this.paint(), PAINT);
  }

  private paint(): void {
    if (this.painting !== null) {
      clearTimeout(this.painting);
      this.painting = null;
    }
    if (this.text.length > 0 || this.reasoning.length > 0) {
      this.text = [this.text.join('')];
      this.reasoning = [this.reasoning.join('')];
      this.state.patch({ text: this.text[0] ?? '', reasoning: this.reasoning[0] ?? '' });
    }
  }

  private fail(error: unknown, abort: AbortController): void {
    if (abort.signal.aborted) {
      return; // stopped by the person
    }
    this.paint();
    const code = error instanceof ApiError ? error.code : 'NETWORK';
    const message = messageOf(error);
    this.state.patch({ phase: 'failed', error: { code, message } });
  }
}

/** How a run is shown. A blocked answer, and one that broke off, are answers: `status` tells. */
function phaseOf(status: RunStatus): RunPhase {
  switch (status) {
    case 'running':
      return 'streaming';
    case 'cancelled':
      return 'cancelled';
    case 'done':
    case 'blocked':
    case 'interrupted':
      return 'done';
    default:
      return 'failed';
  }
}

function pick(run: Run): Partial<RunState> {
  const { provider, model, usage, cost, durationMs, finishReason } = run;
  const costSource = run.costSource ?? null;
  return { provider, model, usage, cost, costSource, durationMs, finishReason };
}
