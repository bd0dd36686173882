/** Deletions that can be taken back for a while: what is deleted is only hidden until then. */
import { Store } from './store';

export interface Deletion {
  id: string;
  name: string;
}

/** How long a deletion can be taken back. */
export const UNDO_TIME = 10_000;

export class Deletions {
  /** What is hidden, the newest first. */
  readonly pending = new Store<readonly Deletion[]>([]);
  /** How each one is decided before its time: it stays deleted, or it is taken back. */
  private readonly waiting = new Map<string, (stays: boolean) => void>();

  /** `carryOut` makes one deletion real. */
  constructor(private readonly carryOut: (id: string) => Promise<void>) {}

  /** Hide it now, delete it later; true when it is deleted, false when it was taken back. */
  async remove(deletion: Deletion): Promise<boolean> {
    if (this.pending.get().some(one => one.id === deletion.id)) {
      return false;
    }
    this.pending.set([deletion, ...this.pending.get()]);
    const stays = await this.rest(deletion.id);
    try {
      if (stays) {
        await this.carryOut(deletion.id);
      }
      return stays;
    } finally {
      this.pending.set(this.pending.get().filter(one => one.id !== deletion.id));
    }
  }

  /** Take it back; false where it is too late. */
  undo(id: string): boolean {
    const settle = this.waiting.get(id);
    settle?.(false);
    return settle !== undefined;
  }

  /** The page is left: nobody can take anything back any more. */
  flush(): void {
    for (const settle of [...this.waiting.values()]) {
      settle(true);
    }
  }

  private rest(id: string): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (stays: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(stays);
      };
      const timer = setTimeout(() => settle(true), UNDO_TIME);
      this.waiting.set(id, settle);
    });
  }
}
