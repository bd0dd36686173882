/** The open project as the workbench holds it: immutable trees whose nodes keep one key for life. */
import type { Item, NodeIds, Project, PromptBlock, Source, SubItem } from '../api/types';
import type { Identities } from './identities';

/** Names a node or a prompt in the browser; it stays the same when the server gives an id. */
export type Key = string;
export type Level = 'block' | 'item' | 'subItem';

export interface ContextNode {
  key: Key;
  level: Level;
  /** null until the server has made up a name. */
  title: string | null;
  /** Characters of the node's own content. */
  ownChars: number;
  version: number | null;
  source: Source | null;
  children: readonly ContextNode[];
}

export interface PromptNode {
  key: Key;
  title: string | null;
  template: string;
  wrapInTags: boolean;
  variables: Readonly<Record<string, string>>;
  /** The template of the library it was made from. */
  templateId: string | null;
  /** The configuration it is sent with. */
  modelConfigId: string | null;
  version: number | null;
  /** Selected context in the order of the numbers on the tiles. */
  selected: readonly Key[];
}

export interface ProjectTree {
  name: string;
  blocks: readonly ContextNode[];
  prompts: readonly PromptNode[];
}

export const CHILD_LEVEL: Record<Level, Level | null> = {
  block: 'item',
  item: 'subItem',
  subItem: null
};

const sizes = new WeakMap<ContextNode, number>();

/** What a node counts: the sum of its children if it has any, else its own content. */
export function charsOf(node: ContextNode): number {
  let size = sizes.get(node);
  if (size === undefined) {
    size =
      node.children.length > 0 || node.level === 'block'
        ? node.children.reduce((sum, child) => sum + charsOf(child), 0)
        : node.ownChars;
    sizes.set(node, size);
  }
  return size;
}

export function totalChars(tree: ProjectTree): number {
  return tree.blocks.reduce((sum, block) => sum + charsOf(block), 0);
}

/** Every node below and including the given ones, parents before their children. */
export function* walk(nodes: readonly ContextNode[]): Generator<ContextNode> {
  for (const node of nodes) {
    yield node;
    yield* walk(node.children);
  }
}

/** The nodes from a block down to the one with the key; empty when there is none. */
export function pathTo(nodes: readonly ContextNode[], key: Key): ContextNode[] {
  for (const node of nodes) {
    if (node.key === key) {
      return [node];
    }
    const below = pathTo(node.children, key);
    if (below.length > 0) {
      return [node, ...below];
    }
  }
  return [];
}

export function findNode(tree: ProjectTree, key: Key | null): ContextNode | null {
  return key === null ? null : (pathTo(tree.blocks, key).at(-1) ?? null);
}

const indexes = new WeakMap<readonly ContextNode[], Map<Key, ContextNode>>();

/** All nodes by key; made once for a tree. */
export function indexOf(tree: ProjectTree): ReadonlyMap<Key, ContextNode> {
  let index = indexes.get(tree.blocks);
  if (!index) {
    index = new Map([...walk(tree.blocks)].map(node => [node.key, node]));
    indexes.set(tree.blocks, index);
  }
  return index;
}

export function findPrompt(tree: ProjectTree, key: Key | null): PromptNode | null {
  return tree.prompts.find(prompt => prompt.key === key) ?? null;
}

/** The siblings among which a node stands. */
export function siblingsOf(tree: ProjectTree, key: Key): readonly ContextNode[] {
  const path = pathTo(tree.blocks, key);
  return path.length === 1 ? tree.blocks : (path.at(-2)?.children ?? []);
}

/** Change one node; lists in which nothing changed stay the same objects. */
export function mapNode(
  nodes: readonly ContextNode[],
  key: Key,
  change: (node: ContextNode) => ContextNode
): readonly ContextNode[] {
  return unlessSame(
    nodes,
    nodes.map(node => {
      if (node.key === key) {
        return change(node);
      }
      const children = mapNode(node.children, key, change);
      return children === node.children ? node : { ...node, children };
    })
  );
}

export function withoutNode(nodes: readonly ContextNode[], key: Key): readonly ContextNode[] {
  return nodes.some(node => node.key === key)
    ? nodes.filter(node => node.key !== key)
    : unlessSame(
        nodes,
        nodes.map(node => {
          const children = withoutNode(node.children, key);
          return children === node.children ? node : { ...node, children };
        })
      );
}

function unlessSame<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  return after.every((one, k) => one === before[k]) ? before : after;
}

/** Put an element behind a sibling: `null` is the first place, `undefined` the last. */
export function insertAfter<T extends { key: Key }>(
  list: readonly T[],
  element: T,
  after: Key | null | undefined
): readonly T[] {
  const rest = list.filter(other => other.key !== element.key);
  const at = after === null ? 0 : rest.findIndex(other => other.key === after) + 1;
  const place = after === undefined || (after !== null && at === 0) ? rest.length : at;
  return [...rest.slice(0, place), element, ...rest.slice(place)];
}

/** Build the tree from the server's project, with the keys its nodes already have here. */
export function treeOf(project: Project, identities: Identities): ProjectTree {
  return {
    name: project.name,
    blocks: project.data.contextBlocks.map(block => ({
      key: identities.keyOf({ blockId: block.id }),
      level: 'block',
      title: block.title,
      ownChars: 0,
      version: block.version,
      source: null,
      children: block.items.map(item => itemOf(block.id, item, identities))
    })),
    prompts: project.data.promptBlocks.map(prompt => promptOf(prompt, identities))
  };
}

function itemOf(blockId: number, item: Item, identities: Identities): ContextNode {
  const ids = { blockId, itemId: item.id };
  return {
    ...leaf(identities.keyOf(ids), 'item', item, item.contentChars),
    children: (item.subItems ?? []).map(sub =>
      leaf(identities.keyOf({ ...ids, subItemId: sub.id }), 'subItem', sub, sub.chars)
    )
  };
}

function leaf(key: Key, level: Level, node: SubItem, ownChars: number): ContextNode {
  const { title, version, source } = node;
  return { key, level, title, ownChars, version, source: source ?? null, children: [] };
}

function promptOf(prompt: PromptBlock, identities: Identities): PromptNode {
  return {
    key: identities.promptKeyOf(prompt.id),
    title: prompt.title,
    template: prompt.template,
    wrapInTags: prompt.wrapInTags,
    variables: prompt.variables ?? {},
    templateId: prompt.templateId ?? null,
    modelConfigId: prompt.modelConfigId ?? null,
    version: prompt.version,
    selected: [...prompt.selectedContext]
      .sort((a, b) => a.order - b.order)
      .map((one): NodeIds => ({ ...one }))
      .map(ids => identities.keyOf(ids))
  };
}
