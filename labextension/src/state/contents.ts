/** Fetches the texts of an open project: of one node, of several, of a block as a document. */
import type { ApiClient } from '../api/client';
import type { Change } from './changes';
import type { Identities } from './identities';
import type { Loaded, Texts } from './texts';
import type { ContextNode, Key, ProjectTree } from './tree';
import { findNode, findPrompt } from './tree';

/** So many texts are fetched one by one; of more, the whole project is fetched. */
const ONE_BY_ONE = 8;

/** What is known of the project without asking the server. */
export interface Known {
  readonly id: string;
  readonly tree: ProjectTree;
  readonly texts: Texts;
  readonly queue: { readonly identities: Identities; readonly pendingChanges: readonly Change[] };
}

export class Contents {
  constructor(
    private readonly api: ApiClient,
    private readonly project: Known
  ) {}

  /** The text for an editor: what the server has, and what of it is on its way. */
  async load(key: Key): Promise<Loaded> {
    const loaded = await this.fetch(key);
    const onItsWay = this.project.queue.pendingChanges.findLast(
      change => change.op === 'update' && change.key === key
    );
    const text = onItsWay && 'content' in onItsWay ? onItsWay.content : undefined;
    return text === undefined ? loaded : { ...loaded, text };
  }

  /** The text as the server has it. */
  async fetch(key: Key): Promise<Loaded> {
    const { id, tree, queue } = this.project;
    const prompt = findPrompt(tree, key);
    if (prompt) {
      const base = { version: prompt.version ?? 0, text: prompt.template };
      return { base, text: prompt.template };
    }
    const ids = queue.identities.idsOf(key);
    if (!ids) {
      return { base: { version: 0, text: '' }, text: '' };
    }
    const { content, version } = await this.api.node(id, ids);
    return { base: { version, text: content }, text: content };
  }

  /** A block as a document that can be imported. */
  async document(key: Key): Promise<object> {
    const block = findNode(this.project.tree, key);
    const children = block?.children ?? [];
    const all = children.flatMap(item => [item, ...item.children]);
    const texts = await this.of(all.map(one => one.key));
    const told = (node: ContextNode, k: number): object => ({
      id: k + 1,
      title: node.title,
      content: texts.get(node.key) ?? '',
      ...(node.source ? { source: node.source } : {}),
      ...(node.level === 'item' ? { subItems: node.children.map(told) } : {})
    });
    return { title: block?.title, items: children.map(told) };
  }

  /** Contents of several nodes: from the open editors, else one by one, else all at once. */
  async of(keys: readonly Key[]): Promise<Map<Key, string>> {
    const known = new Map<Key, string>();
    const missing: Key[] = [];
    for (const key of keys) {
      const text = this.project.texts.textOf(key);
      if (text === null) {
        missing.push(key);
      } else {
        known.set(key, text);
      }
    }
    if (missing.length > ONE_BY_ONE) {
      for (const [key, text] of await this.all()) {
        known.set(key, known.get(key) ?? text);
      }
    } else {
      await Promise.all(
        missing.map(async key => known.set(key, (await this.fetch(key)).base.text))
      );
    }
    return known;
  }

  private async all(): Promise<[Key, string][]> {
    const { id, queue } = this.project;
    const whole = await this.api.project(id, 'all');
    return whole.data.contextBlocks.flatMap(block =>
      block.items.flatMap(item => {
        const ids = { blockId: block.id, itemId: item.id };
        return [
          [queue.identities.keyOf(ids), item.content ?? ''],
          ...(item.subItems ?? []).map((sub): [Key, string] => [
            queue.identities.keyOf({ ...ids, subItemId: sub.id }),
            sub.content ?? ''
          ])
        ] as [Key, string][];
      })
    );
  }
}
