/** What a deletion takes away, kept so that it can be brought back. */
import type { ContextChange } from './changes';
import { newKey } from './identities';
import type { ContextNode, Key, ProjectTree } from './tree';
import { siblingsOf, walk } from './tree';

export interface Removed {
  node: ContextNode;
  parent: Key | null;
  /** The sibling it stood behind; null for the first place. */
  after: Key | null;
  contents: ReadonlyMap<Key, string>;
  /** What each prompt had selected, where it concerns what goes away. */
  selections: ReadonlyMap<Key, readonly Key[]>;
}

export type Addition = ContextChange & { op: 'add' };

/** Keep a node that is about to be deleted. */
export async function collectRemoved(
  tree: ProjectTree,
  node: ContextNode,
  parent: Key | null,
  contentsOf: (keys: readonly Key[]) => Promise<Map<Key, string>>
): Promise<Removed> {
  const nodes = [...walk([node])];
  const keys = new Set(nodes.map(one => one.key));
  const siblings = siblingsOf(tree, node.key);
  const at = siblings.findIndex(one => one.key === node.key);
  const selections = tree.prompts
    .filter(prompt => prompt.selected.some(key => keys.has(key)))
    .map(prompt => [prompt.key, prompt.selected] as const);
  const withText = nodes.filter(one => one.ownChars > 0).map(one => one.key);
  return {
    node,
    parent,
    after: siblings[at - 1]?.key ?? null,
    contents: await contentsOf(withText),
    selections: new Map(selections)
  };
}

/** The changes that bring a deleted node back, under new keys, into the tree as it is now. */
export function additionsOf(
  removed: Removed,
  tree: ProjectTree
): { additions: Addition[]; selections: Map<Key, Key[]>; keys: ReadonlyMap<Key, Key> } {
  const keys = new Map<Key, Key>();
  const additions: Addition[] = [];
  const add = (node: ContextNode, parent: Key | null, after?: Key | null): void => {
    const key = newKey();
    keys.set(node.key, key);
    const content = removed.contents.get(node.key);
    const { level, title, source } = node;
    additions.push({
      kind: 'context',
      op: 'add',
      key,
      level,
      parent,
      after,
      title,
      source,
      ...(level === 'block' ? {} : { content: content ?? '' })
    });
    node.children.forEach(child => add(child, key));
  };
  add(removed.node, removed.parent, removed.after);
  const present = new Set([...walk(tree.blocks)].map(node => node.key));
  const selections = new Map<Key, Key[]>();
  for (const prompt of tree.prompts) {
    const before = removed.selections.get(prompt.key);
    if (before) {
      const back = before
        .map(key => keys.get(key) ?? key)
        .filter(key => present.has(key) || [...keys.values()].includes(key));
      const later = prompt.selected.filter(key => !back.includes(key));
      selections.set(prompt.key, [...back, ...later]);
    }
  }
  return { additions, selections, keys };
}
