/** The texts that are open in editors: what the server has, what is on the screen, what is due. */
import { messageOf } from '../api/errors';
import type { Base } from './requests';
import { Store } from './store';
import type { Key } from './tree';

export type TextState =
  { status: 'loading' } | { status: 'ready'; text: string } | { status: 'failed'; message: string };

/** A text as it was loaded, and as it looks with the changes that are still on their way. */
export interface Loaded {
  base: Base;
  text: string;
}

interface Open {
  state: Store<TextState>;
  /** What the server has confirmed; null for a node it does not know yet. */
  base: Base | null;
  /** Reads the text of the editor that is being typed in. */
  read: (() => string) | null;
  loading: Promise<void> | null;
}

/** A text that never rests is kept at least this often. */
const LONGEST = 5000;

export class Texts {
  private readonly open = new Map<Key, Open>();
  private readonly dirty = new Set<Key>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dirtySince = 0;

  constructor(
    private readonly load: (key: Key) => Promise<Loaded>,
    /** Called with a text that differs from the one before. */
    private readonly changed: (
      key: Key,
      text: string,
      base: Base | null,
      before: string | null
    ) => void,
    private readonly unsaved: (count: number) => void,
    /** How long an editor rests before its change is kept and sent. */
    private readonly rest: () => number
  ) {}

  /** The text of a node; loaded when it is first asked for. */
  state(key: Key): Store<TextState> {
    const entry = this.entry(key);
    if (entry.state.get().status === 'loading') {
      entry.loading ??= this.reload(key).finally(() => {
        entry.loading = null;
      });
    }
    return entry.state;
  }

  /** Ask again for a text that could not be loaded. */
  retry(key: Key): void {
    const { state } = this.entry(key);
    if (state.get().status === 'failed') {
      state.set({ status: 'loading' });
      this.state(key);
    }
  }

  baseOf(key: Key): Base | null {
    return this.open.get(key)?.base ?? null;
  }

  /** The text as it is on the screen, if it is loaded. */
  textOf(key: Key): string | null {
    const entry = this.open.get(key);
    const state = entry?.state.get();
    return entry?.read?.() ?? (state?.status === 'ready' ? state.text : null);
  }

  /** The text, loaded if it has to be; null if it cannot be had. */
  async whenLoaded(key: Key): Promise<string | null> {
    const store = this.state(key);
    await this.open.get(key)?.loading;
    const state = store.get();
    return state.status === 'ready' ? (this.textOf(key) ?? state.text) : null;
  }

  /** Put a text in place: one that was just made, or decided in a conflict. */
  set(key: Key, text: string, base: Base | null): void {
    const entry = this.entry(key);
    this.dirty.delete(key);
    entry.read = null;
    entry.base = base;
    entry.state.set({ status: 'ready', text });
    this.unsaved(this.dirty.size);
  }

  /** Somebody types: the text is read when the editor rests. */
  touch(key: Key, read: () => string): void {
    this.entry(key).read = read;
    if (this.dirty.size === 0) {
      this.dirtySince = Date.now();
    }
    this.dirty.add(key);
    this.unsaved(this.dirty.size);
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    const quiet = this.rest();
    const longest = Math.max(LONGEST, quiet);
    const rest = Math.min(quiet, this.dirtySince + longest - Date.now());
    this.timer = setTimeout(() => this.capture(), Math.max(0, rest));
  }

  /** Read every editor that was typed in and hand the changes on. */
  capture(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    const due = [...this.dirty];
    this.dirty.clear();
    for (const key of due) {
      const entry = this.entry(key);
      const before = entry.state.get();
      const text = entry.read?.() ?? null;
      entry.read = null;
      if (text !== null && (before.status !== 'ready' || before.text !== text)) {
        entry.state.set({ status: 'ready', text });
        this.changed(key, text, entry.base, before.status === 'ready' ? before.text : null);
      }
    }
    this.unsaved(0);
  }

  /** The server confirmed a text, or a new version of an unchanged one. */
  confirmed(key: Key, version: number, text: string | undefined): void {
    const entry = this.open.get(key);
    if (entry) {
      const confirmed = text ?? entry.base?.text;
      entry.base = confirmed === undefined ? null : { version, text: confirmed };
    }
  }

  /** Load a text again if the server has another version and nobody is changing it here. */
  outdated(key: Key, version: number): void {
    const entry = this.open.get(key);
    if (entry?.base && entry.base.version !== version && !this.dirty.has(key)) {
      void this.reload(key);
    }
  }

  forget(key: Key): void {
    this.open.delete(key);
    this.dirty.delete(key);
  }

  async reload(key: Key): Promise<void> {
    const entry = this.entry(key);
    try {
      const { base, text } = await this.load(key);
      if (this.open.get(key) === entry && !this.dirty.has(key)) {
        entry.base = base;
        entry.state.set({ status: 'ready', text });
      }
    } catch (error) {
      if (entry.state.get().status === 'loading') {
        const message = messageOf(error);
        entry.state.set({ status: 'failed', message });
      }
    }
  }

  private entry(key: Key): Open {
    let entry = this.open.get(key);
    if (!entry) {
      entry = {
        state: new Store<TextState>({ status: 'loading' }),
        base: null,
        read: null,
        loading: null
      };
      this.open.set(key, entry);
    }
    return entry;
  }
}
