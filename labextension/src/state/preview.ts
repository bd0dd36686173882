/** The exact text that will be sent, compiled by the server whenever the project rests. */
import type { ApiClient } from '../api/client';
import { ApiError } from '../api/errors';
import type { CompiledPrompt } from '../api/types';
import type { ProjectModel } from './project';
import { Store } from './store';
import type { Key } from './tree';

export interface PreviewState {
  result: CompiledPrompt | null;
  /** Whether the result has the whole text, and not only its beginning. */
  whole: boolean;
  /** The result belongs to an older state of the project. */
  stale: boolean;
  error: string | null;
}

const REST = 300;

/** So much of a text is fetched to be looked at: all of it would be slow to come and to show. */
export const MOST_SHOWN = 100_000;

export class Preview {
  readonly state = new Store<PreviewState>({
    result: null,
    whole: false,
    stale: true,
    error: null
  });
  private timer: ReturnType<typeof setTimeout> | null = null;
  private round = 0;
  private watchers = 0;
  private unsubscribe: (() => void) | null = null;

  constructor(
    private readonly api: ApiClient,
    private readonly project: ProjectModel,
    private readonly promptKey: Key
  ) {}

  /** Keep the preview fresh while somebody looks at it. */
  watch(): () => void {
    if (this.watchers++ === 0) {
      this.unsubscribe = this.project.revision.subscribe(() => this.schedule(REST));
      this.schedule(0);
    }
    return () => {
      if (--this.watchers === 0) {
        this.unsubscribe?.();
        this.unsubscribe = null;
        if (this.timer !== null) {
          clearTimeout(this.timer);
          this.timer = null;
        }
      }
    };
  }

  /** Compile what is there now, whatever is still on its way included: all, or its beginning. */
  async compile(mostChars?: number): Promise<CompiledPrompt | null> {
    const round = ++this.round;
    try {
      const complete = await this.project.flush();
      const promptBlockId = this.project.queue.identities.promptIdOf(this.promptKey);
      if (!complete || promptBlockId === null) {
        this.state.patch({ stale: true });
        return null;
      }
      const result = await this.api.compile(this.project.id, { promptBlockId, mostChars });
      if (round === this.round) {
        const whole = mostChars === undefined || result.totalChars <= mostChars;
        this.state.set({ result, whole, stale: false, error: null });
      }
      return result;
    } catch (error) {
      if (round === this.round) {
        const message = error instanceof ApiError ? error.message : null;
        this.state.patch({ stale: true, error: message });
      }
      return null;
    }
  }

  /** The selected context alone, as it would stand in the prompt; null if it cannot be had. */
  async context(): Promise<string | null> {
    try {
      const complete = await this.project.flush();
      const promptBlockId = this.project.queue.identities.promptIdOf(this.promptKey);
      return complete && promptBlockId !== null
        ? (await this.api.compile(this.project.id, { promptBlockId, template: '{{context}}' }))
            .compiled
        : null;
    } catch {
      return null;
    }
  }

  private schedule(pause: number): void {
    this.state.patch({ stale: true });
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.compile(MOST_SHOWN);
    }, pause);
  }
}
