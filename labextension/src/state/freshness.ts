/** Whether the texts of a project are still what their sources say. */
import type { Source } from '../api/types';
import { digest, parseReference } from '../sources';
import type { ProjectModel } from './project';
import { Store } from './store';
import type { ContextNode, Key } from './tree';
import { walk } from './tree';

export type Freshness = 'fresh' | 'stale' | 'gone';

export interface SourceTexts {
  /** What a source says now; null: it is gone; undefined: it cannot be seen from here. */
  read(source: Source): Promise<string | null | undefined>;
  /** Hear of the paths behind which something may have changed. */
  subscribe(listener: (path: string) => void): () => void;
}

/** So many sources are read at the same time. */
const AT_ONCE = 4;

type Sourced = ContextNode & { source: Source };

export class FreshnessModel {
  readonly state = new Store<ReadonlyMap<Key, Freshness>>(new Map());
  /** By key, the source that was looked at last. */
  private readonly seen = new Map<Key, string>();
  private blocks: readonly ContextNode[] | null = null;
  private watchers = 0;
  private readonly ends: (() => void)[] = [];
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly project: ProjectModel,
    private readonly texts: SourceTexts
  ) {}

  /** Keep it true while somebody looks. */
  watch(): () => void {
    if (this.watchers++ === 0) {
      const focused = (): void => void this.look(() => true);
      window.addEventListener('focus', focused);
      this.ends.push(
        () => window.removeEventListener('focus', focused),
        this.texts.subscribe(path => void this.look(node => isBelow(path, node))),
        this.project.state.subscribe(() => this.lookAtNew())
      );
      focused();
    }
    return () => {
      if (--this.watchers === 0) {
        this.ends.splice(0).forEach(end => end());
      }
    };
  }

  /** Look at the sources of some nodes again. */
  look(which: (node: Sourced) => boolean): Promise<void> {
    this.turn = this.turn.then(() => this.compare(this.sourced().filter(which)));
    return this.turn;
  }

  private lookAtNew(): void {
    const { blocks } = this.project.tree;
    if (blocks === this.blocks) {
      return;
    }
    this.blocks = blocks;
    const isNew = ({ key, source }: Sourced): boolean => this.seen.get(key) !== nameOf(source);
    if (this.sourced().some(isNew)) {
      void this.look(isNew);
    }
  }

  private sourced(): Sourced[] {
    return [...walk(this.project.tree.blocks)].filter(
      (node): node is Sourced => node.source?.kind === 'cell' || node.source?.kind === 'file'
    );
  }

  private async compare(nodes: Sourced[]): Promise<void> {
    const found = new Map<Key, Freshness | null>();
    const waiting = nodes.values();
    const work = async (): Promise<void> => {
      for (const { key, source } of waiting) {
        const text = await this.texts.read(source);
        this.seen.set(key, nameOf(source));
        found.set(key, text === undefined ? null : freshnessOf(text, source));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.tell(found);
  }

  private tell(found: ReadonlyMap<Key, Freshness | null>): void {
    const before = this.state.get();
    if ([...found].every(([key, now]) => (before.get(key) ?? null) === now)) {
      return;
    }
    const after = new Map(before);
    for (const [key, now] of found) {
      if (now === null) {
        after.delete(key);
      } else {
        after.set(key, now);
      }
    }
    this.state.set(after);
  }
}

function freshnessOf(text: string | null, { contentHash }: Source): Freshness {
  return text === null ? 'gone' : digest(text) === contentHash ? 'fresh' : 'stale';
}

function nameOf({ reference, contentHash }: Source): string {
  return `${contentHash} ${reference}`;
}

/** A folder that was moved or deleted takes along what is in it. */
function isBelow(path: string, { source }: Sourced): boolean {
  const { path: own } = parseReference(source.reference);
  return own === path || own.startsWith(`${path}/`);
}
