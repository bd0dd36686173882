/** The records of one queue in the storage: an entry each, and what is known besides. */
import type { Conflict } from './conflicts';
import type { Identity } from './identities';
import type { Entry } from './merging';
import type { KeptStorage } from './storage';
import type { Key } from './tree';

export interface QueueMeta {
  identities: [Key, Identity][];
  conflicts: Conflict[];
}

export class QueueRecords {
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly storage: KeptStorage,
    private readonly prefix: string
  ) {}

  write(entries: readonly Entry[]): void {
    this.replace([], entries);
  }

  erase(entries: readonly Entry[]): void {
    this.replace(entries, []);
  }

  /** At once: a tab that is closed meanwhile leaves the old ones or the new ones. */
  replace(stale: readonly Entry[], fresh: readonly Entry[]): void {
    this.store([
      ...stale.map((entry): [string, unknown] => [this.keyOf(entry), undefined]),
      ...fresh.map((entry): [string, unknown] => [this.keyOf(entry), { ...entry }])
    ]);
  }

  writeMeta(meta: QueueMeta | null): void {
    this.store([[`${this.prefix}/meta`, meta ? structuredClone(meta) : undefined]]);
  }

  /** Resolves when all writes so far are on the disk. */
  durable(): Promise<void> {
    return this.written;
  }

  private keyOf(entry: Entry): string {
    return `${this.prefix}/entry/${String(entry.seq).padStart(9, '0')}`;
  }

  private store(changes: [string, unknown][]): void {
    if (changes.length > 0) {
      // A full disk must not stop the saving: the changes are still in memory and go out.
      this.written = this.written.then(() => this.storage.write(changes)).catch(() => undefined);
    }
  }
}
