/** How many tokens each text of the context has; between two counts, about how many. */
import type { ContextStats } from '../api/types';
import type { Identities } from './identities';
import { Store } from './store';
import type { ContextNode, Key, ProjectTree } from './tree';
import { walk } from './tree';

/** Counting reads every text: it waits until nobody has changed anything for a while. */
const REST = 4000;

interface Counted {
  tokens: number;
  /** The length of the text that was counted. */
  chars: number;
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
    private readonly count: () => Promise<ContextStats>
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
        this.take(await this.count());
      }
    } catch {
      this.schedule(4 * REST); // it is no text that is lost: ask again later
    } finally {
      this.busy = false;
    }
  }

  private take(stats: ContextStats): void {
    const { tree, queue } = this.project;
    const chars = new Map([...walk(tree.blocks)].map(node => [node.key, node.ownChars]));
    const counted = new Map<Key, Counted>();
    let all = 0;
    let length = 0;
    for (const block of stats.blocks) {
      for (const { itemId, subItemId, tokens } of block.nodes ?? []) {
        const key = queue.identities.keyOf({ blockId: block.id, itemId, subItemId });
        const of = chars.get(key) ?? 0;
        counted.set(key, { tokens, chars: of });
        all += tokens;
        length += of;
      }
    }
    this.state.set({ counted, density: length > 0 ? all / length : 0.25 });
  }
}

function leavesOf(node: ContextNode): ContextNode[] {
  return node.children.length > 0 || node.level === 'block'
    ? node.children.flatMap(leavesOf)
    : [node];
}
