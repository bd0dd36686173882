/**
 * Answers as a person has edited them, kept in this browser over a reload.
 *
 * A run stays what the provider gave. What is edited is a draft of the person's own text; it is
 * kept for good when it is saved to the context.
 */
import type { KeptStorage } from './storage';
import { Store } from './store';

interface Edited {
  text: string;
  /** When it was edited last, in milliseconds. */
  at: number;
}

/** The oldest go when there are more. */
const MOST = 200;

export class EditedAnswers {
  /** By the id of their run. */
  readonly texts = new Store<Readonly<Record<string, string>>>({});
  private storage: KeptStorage | null = null;

  /** Take over what an earlier page kept. */
  async open(storage: KeptStorage): Promise<void> {
    this.storage = storage;
    const found = (await storage.read()) as [string, Edited][];
    const kept = found.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST);
    const gone = found.slice(MOST).map(([id]) => [id, undefined] as const);
    if (gone.length > 0) {
      await storage.write(gone);
    }
    this.texts.set(Object.fromEntries(kept.map(([id, { text }]) => [id, text])));
  }

  /** null: as the model wrote it. */
  edit(runId: string, text: string | null): void {
    const others = Object.entries(this.texts.get()).filter(([id]) => id !== runId);
    this.texts.set(Object.fromEntries(text === null ? others : [...others, [runId, text]]));
    const value: Edited | undefined = text === null ? undefined : { text, at: Date.now() };
    // Where the browser keeps nothing, it lives as long as the page.
    this.storage?.write([[runId, value]]).catch(() => undefined);
  }
}
