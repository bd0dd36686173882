/** How many tokens each text of the context has; between two counts, about how many. */
import type { ContextStats, NamedTokens, NodeIds } from '../api/types';
import type { Identities } from './identities';
import { Store } from './store';
import type { ContextNode, Key, ProjectTree } from './tree';

/** Counting reads texts: it waits until nobody has changed anything for a while. */
const REST = 4000;
/** Where more texts have changed than this, all are counted at once. */
const MOST = 200;

interface Counted {
  tokens: number;
  /** The length and the version of the text that was counted. */
  chars: number;
  version: number | null;
}

/** Asks the server: for the whole context, or for what has changed in it. */
export interface Counting {
  all: () => Promise<ContextStats>;
  some: (nodes: readonly NodeIds[]) => Promise<NamedTokens[]>;
}

export interface TokenState {
  counted: ReadonlyMap<Key, Counted>;
  /** Tokens of one character on the average. */
  density: number;
}

export class TokenCounts {
  readonly state = new Store<TokenState>({ counted: new Map(), density: 0 });
  private watchers = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private busy = false;

  constructor(
    private readonly project: {
      readonly tree: ProjectTree;
      readonly revision: Store<number>;
      readonly queue: { readonly identities: Identities; drain(): Promise<boolean> };
    },
    private readonly counting: Counting
  ) {}

  /** Of a node and all that counts in it; null while nothing is known. */
  of(node: ContextNode): { tokens: number; exact: boolean } | null {
    const { counted, density } = this.state.get();
    if (density === 0) {
      return null;
    }
    let tokens = 0;
    let exact = true;
    for (const leaf of leavesOf(node)) {
      const known = counted.get(leaf.key);
      if (known?.chars === leaf.ownChars) {
        tokens += known.tokens;
      } else {
        exact = exact && leaf.ownChars === 0;
        tokens += leaf.ownChars * (known && known.chars > 0 ? known.tokens / known.chars : density);
      }
    }
    return { tokens: Math.round(tokens), exact };
  }

  /** Keep the counts up to date while somebody looks at them. */
  watch(): () => void {
    if (this.watchers++ === 0) {
      this.schedule(300);
    }
    const forget = this.project.revision.subscribe(() => this.schedule(REST));
    return () => {
      forget();
      if (--this.watchers === 0 && this.timer !== null) {
        clearTimeout(this.timer);
        this.timer = null;
      }
    };
  }

  private schedule(rest: number): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.refresh();
    }, rest);
  }

  private async refresh(): Promise<void> {
    if (this.busy) {
      this.schedule(REST);
      return;
    }
    this.busy = true;
    try {
      // What is being typed is left to rest: counting must not send it early.
      if (await this.project.queue.drain()) {
        await this.count();
      }
    } catch {
      this.schedule(4 * REST); // it is no text that is lost: ask again later
    } finally {
      this.busy = false;
    }
  }

  /** Only texts that have changed since are counted again, however much the project holds. */
  private async count(): Promise<void> {
    const { identities } = this.project.queue;
    const leaves = this.project.tree.blocks.flatMap(leavesOf);
    const { counted } = this.state.get();
    const changed = leaves
      .filter(({ key, ownChars, version }) => ownChars > 0 && counted.get(key)?.version !== version)
      .flatMap(({ key }) => identities.idsOf(key) ?? []);
    if (counted.size === 0 || changed.length > MOST) {
      this.take(leaves, namedIn(await this.counting.all()));
    } else if (changed.length > 0) {
      this.take(leaves, await this.counting.some(changed));
    }
  }

  private take(leaves: readonly ContextNode[], found: readonly NamedTokens[]): void {
    const { identities } = this.project.queue;
    const told = new Map(found.map(node => [identities.keyOf(node), node.tokens]));
    const before = this.state.get().counted;
    const counted = new Map<Key, Counted>();
    let all = 0;
    let length = 0;
    for (const { key, ownChars, version } of leaves) {
      const tokens = told.get(key);
      const known = tokens === undefined ? before.get(key) : { tokens, chars: ownChars, version };
      if (known) {
        counted.set(key, known);
        all += known.tokens;
        length += known.chars;
      }
    }
    this.state.set({ counted, density: length > 0 ? all / length : 0.25 });
  }
}

function namedIn({ blocks }: ContextStats): NamedTokens[] {
  return blocks.flatMap(({ id, nodes }) => (nodes ?? []).map(node => ({ blockId: id, ...node })));
}

function leavesOf(node: ContextNode): ContextNode[] {
  return node.children.length > 0 || node.level === 'block'
    ? node.children.flatMap(leavesOf)
    : [node];
}
