/** One prompt's answer: sent, streamed, stopped, picked up again after a lost connection. */
import type { ApiClient } from '../api/client';
import { ApiError, NetworkError } from '../api/errors';
import type { ServerEvent } from '../api/sse';
import type { ErrorBody, Run, RunDetail, RunStatus, SendRequest, Usage } from '../api/types';
import { Store } from './store';

export type RunPhase = 'none' | 'sending' | 'streaming' | 'done' | 'cancelled' | 'failed';

export interface RunState {
  phase: RunPhase;
  runId: string | null;
  provider: string;
  model: string;
  text: string;
  reasoning: string;
  usage: Usage | null;
  cost: number | null;
  durationMs: number | null;
  finishReason: string | null;
  error: { code: string; message: string } | null;
}

const NOTHING: RunState = {
  phase: 'none',
  runId: null,
  provider: '',
  model: '',
  text: '',
  reasoning: '',
  usage: null,
  cost: null,
  durationMs: null,
  finishReason: null,
  error: null
};

/** How often the screen is told of new text. */
const PAINT = 60;
const RECONNECTS = [500, 1000, 2000, 4000, 8000];

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

  constructor(private readonly api: ApiClient) {}

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
      await this.follow(this.api.send(request, abort.signal), abort);
    } catch (error) {
      this.fail(error, abort);
    }
  }

  /** Close the provider's connection; what has arrived stays. */
  async stop(): Promise<void> {
    const { phase, runId } = this.state.get();
    if (!isRunning(phase)) {
      return;
    }
    const abort = this.abort;
    try {
      if (runId) {
        await this.api.cancelRun(runId);
      }
    } finally {
      abort?.abort();
      this.paint();
      this.state.patch({ phase: 'cancelled' });
    }
  }

  /** Show the last answer of the prompt, and go on reading it if it is still being written. */
  async restore(projectId: string, promptBlockId: number): Promise<void> {
    if (this.restored || this.state.get().phase !== 'none') {
      return;
    }
    this.restored = true;
    const [latest] = await this.api.runs(projectId, promptBlockId);
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
    this.state.set({ ...NOTHING, ...state });
  }

  private control(): AbortController {
    this.abort = new AbortController();
    return this.abort;
  }

  /** Read to the end; a stream that breaks off before it is picked up where it broke. */
  private async follow(stream: AsyncGenerator<ServerEvent>, abort: AbortController): Promise<void> {
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
        }
      } catch (error) {
        if (abort.signal.aborted || error instanceof ApiError || !this.state.get().runId) {
          throw error;
        }
      }
      const { runId } = this.state.get();
      const pause = RECONNECTS[attempt++];
      if (abort.signal.aborted || !runId || pause === undefined) {
        throw new NetworkError('interrupted');
      }
      await new Promise(resolve => setTimeout(resolve, pause));
      current = this.api.resume(runId, this.lastEventId, abort.signal);
    }
  }

  /** Take in one event; true if it was the last. */
  private receive(event: ServerEvent): boolean {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    switch (event.event) {
      case 'start':
        this.state.patch({ phase: 'streaming', runId: data['runId'] as string });
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
          usage: (data['usage'] as Usage | null) ?? this.state.get().usage,
          cost: (data['cost'] as number | null) ?? null,
          durationMs: (data['durationMs'] as number | null) ?? null,
          finishReason: (data['finishReason'] as string | null) ?? null
        });
        return true;
      case 'error': {
        const { error, message } = data as unknown as ErrorBody;
        this.paint();
        this.state.patch({ phase: 'failed', error: { code: error, message } });
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
    const message = error instanceof Error ? error.message : String(error);
    this.state.patch({ phase: 'failed', error: { code, message } });
  }
}

/** How a finished run is shown. A blocked answer is an answer: its finish reason says why. */
function phaseOf(status: RunStatus): RunPhase {
  switch (status) {
    case 'running':
      return 'streaming';
    case 'cancelled':
      return 'cancelled';
    case 'done':
    case 'blocked':
      return 'done';
    default:
      return 'failed';
  }
}

function pick(run: Run): Partial<RunState> {
  const { provider, model, usage, cost, durationMs, finishReason } = run;
  return { provider, model, usage, cost, durationMs, finishReason };
}
