/** One text on its way to be split: what it would become, and the change itself. */
import type { ApiClient } from '../api/client';
import { ApiError, messageOf } from '../api/errors';
import type { NodeIds, SplitOptions, SplitPreview, SplitTarget } from '../api/types';
import { uuid } from './identities';
import type { ProjectModel } from './project';
import { Store } from './store';
import type { Key } from './tree';
import { findNode } from './tree';

export interface SplittingState {
  /** What the last answer said; it stays on the screen while the next one is waited for. */
  preview: SplitPreview | null;
  /** The preview belongs to what was asked last. */
  fresh: boolean;
  error: string | null;
  applying: boolean;
}

/** What was done: how it is undone, and where the text is now. */
export interface SplitDone {
  version: number;
  parts: Key[];
  /** The node that was split, as it was and as it is named now: a sub-item can become an item. */
  original: Key;
  source: Key;
}

/** What a person is told, in their language. */
export interface SplittingWords {
  notSaved: string;
  refused: (why: string) => string;
}

/** How long the options rest before the server is asked. */
export const REST = 300;

/** The text is not at the server, so it cannot be split there. */
export class NotSaved extends Error {}

export class Splitting {
  readonly state = new Store<SplittingState>({
    preview: null,
    fresh: false,
    error: null,
    applying: false
  });
  private asked: SplitOptions | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private current: AbortController | null = null;
  private sent: { request: string; key: string } | null = null;

  constructor(
    private readonly api: ApiClient,
    private readonly project: ProjectModel,
    readonly key: Key,
    private readonly words: SplittingWords
  ) {}

  /** Preview these options when they rest; null: they are not complete. */
  ask(options: SplitOptions | null, rest = REST): void {
    this.cancel();
    this.asked = options;
    this.state.patch({ fresh: false, error: null });
    if (options) {
      this.timer = setTimeout(() => void this.look(options), rest);
    }
  }

  /** Make nodes of the parts; null if it was refused, and then the state says why. */
  async apply(target: Omit<SplitTarget, 'version'>): Promise<SplitDone | null> {
    const { preview, fresh, applying } = this.state.get();
    const options = this.asked;
    if (!options || !preview || !fresh || applying) {
      return null;
    }
    this.state.patch({ applying: true, error: null });
    try {
      const ids = await this.saved();
      const whole: SplitTarget = { ...target, version: preview.version };
      const key = this.keyFor([ids, options, whole]);
      const done = await this.api.split(this.project.id, ids, options, whole, key);
      const { identities } = this.project.queue;
      const parts = done.parts.map(part => identities.keyOf(part));
      const moved = done.moved[0];
      await this.show(parts);
      return {
        version: done.version,
        parts,
        original: this.key,
        source: moved ? identities.keyOf(moved.to) : this.key
      };
    } catch (error) {
      this.state.patch({ error: this.told(error) });
      if (error instanceof ApiError && error.status === 409) {
        this.state.patch({ fresh: false });
        void this.look(options, this.told(error)); // the text is another one by now
      }
      return null;
    } finally {
      this.state.patch({ applying: false });
    }
  }

  /** Nobody looks any more. */
  cancel(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.current?.abort();
    this.current = null;
  }

  private async look(options: SplitOptions, because: string | null = null): Promise<void> {
    this.timer = null;
    const current = new AbortController();
    this.current = current;
    try {
      const ids = await this.saved();
      const preview = current.signal.aborted
        ? null
        : await this.api.previewSplit(this.project.id, ids, options, current.signal);
      if (preview && this.current === current) {
        this.state.patch({ preview, fresh: true, error: because });
      }
    } catch (error) {
      if (this.current === current) {
        this.state.patch({ error: this.told(error) });
      }
    }
  }

  /** Wait until the server has what was typed, and tell what it calls the node. */
  private async saved(): Promise<NodeIds> {
    const complete = await this.project.flush();
    const ids = this.project.queue.identities.idsOf(this.key);
    if (!complete || !ids) {
      throw new NotSaved(this.words.notSaved);
    }
    return ids;
  }

  /** Load the project until it shows the parts: a load under way may be older than they are. */
  private async show(parts: readonly Key[]): Promise<void> {
    const last = parts.at(-1) ?? null;
    await this.project.load();
    if (!findNode(this.project.tree, last)) {
      await this.project.load();
    }
  }

  /** A repeat of the same request, after a broken connection, has the same key. */
  private keyFor(body: unknown): string {
    const request = JSON.stringify(body);
    if (this.sent?.request !== request) {
      this.sent = { request, key: uuid() };
    }
    return this.sent.key;
  }

  private told(error: unknown): string {
    if (error instanceof ApiError && error.code === 'VALIDATION_ERROR') {
      const { errors = {} } = error.details as { errors?: Record<string, string> };
      return this.words.refused(Object.values(errors).join('; '));
    }
    return messageOf(error);
  }
}

/** Take a split back. */
export async function undoSplit(
  api: ApiClient,
  project: ProjectModel,
  version: number
): Promise<void> {
  await project.flush();
  await api.undoVersion(project.id, version);
  await project.load();
}
