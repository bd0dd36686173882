/** Projects that are about to be deleted: gone from the screen, and still to be had back. */
import { Store } from './store';

/** How long a deletion can be undone. */
const TIME = 10_000;

export interface Deletion {
  /** How long it can be undone, in milliseconds. */
  readonly time: number;
  /** Take it back; false where it is too late. */
  undo(): boolean;
}

interface Due {
  timer: ReturnType<typeof setTimeout>;
  run: () => Promise<void>;
}

export class Deletions {
  /** What is not to be shown any more. */
  readonly hidden = new Store<readonly string[]>([]);
  private readonly due = new Map<string, Due>();

  constructor(private readonly time = TIME) {}

  begin(id: string, run: () => Promise<void>): Deletion {
    const timer = setTimeout(() => void this.finish(id), this.time);
    this.due.set(id, { timer, run });
    this.hidden.set([...this.hidden.get(), id]);
    return { time: this.time, undo: () => this.undo(id) };
  }

  /** The page is left: nobody can undo them any more. */
  finishAll(): Promise<unknown> {
    return Promise.all([...this.due.keys()].map(id => this.finish(id)));
  }

  private undo(id: string): boolean {
    const due = this.due.get(id);
    if (!due) {
      return false;
    }
    clearTimeout(due.timer);
    this.due.delete(id);
    this.show(id);
    return true;
  }

  private async finish(id: string): Promise<void> {
    const due = this.due.get(id);
    if (due) {
      clearTimeout(due.timer);
      this.due.delete(id);
      await due.run();
      this.show(id); // where it could not be deleted it is seen again
    }
  }

  private show(id: string): void {
    this.hidden.set(this.hidden.get().filter(other => other !== id));
  }
}
