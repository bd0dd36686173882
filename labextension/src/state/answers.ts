/** What the answers to a request of changes say about single nodes. */
import type { ContextChanged, NodeIds, PromptsChanged } from '../api/types';
import type { Identities, Identity } from './identities';
import type { Key, ProjectTree } from './tree';
import { mapNode } from './tree';

export type Answer = ContextChanged | PromptsChanged | null;

/** The ids given to what was added, by the key it was added with. */
export function createdIn(answer: Answer): [Key, Identity][] {
  return answer && 'created' in answer ? Object.entries<Identity>(answer.created) : [];
}

/** Where nodes went that have another parent now. */
export function movedIn(answer: Answer): { from: NodeIds; to: NodeIds }[] {
  return answer && 'moved' in answer ? (answer.moved ?? []) : [];
}

/** The new versions of the nodes and prompts an answer names. */
export function versionsIn(answer: Answer, identities: Identities): Map<Key, number> {
  const versions = new Map<Key, number>();
  if (answer && 'nodes' in answer) {
    for (const node of answer.nodes) {
      versions.set(identities.keyOf(node), node.version);
    }
  } else if (answer && 'prompts' in answer) {
    for (const prompt of answer.prompts) {
      versions.set(identities.promptKeyOf(prompt.promptBlockId), prompt.version);
    }
  }
  return versions;
}

/** The names the server made up for what was added without one. */
export function titlesIn(answer: Answer, identities: Identities): Map<Key, string> {
  const titles = new Map<Key, string>();
  if (answer && 'nodes' in answer) {
    for (const node of answer.nodes) {
      if (node.title !== undefined) {
        titles.set(identities.keyOf(node), node.title);
      }
    }
  } else if (answer && 'prompts' in answer) {
    for (const prompt of answer.prompts) {
      if (prompt.title !== undefined) {
        titles.set(identities.promptKeyOf(prompt.promptBlockId), prompt.title);
      }
    }
  }
  return titles;
}

/** The tree with what the server has confirmed; a name of one's own stays. */
export function confirmedTree(
  tree: ProjectTree,
  versions: ReadonlyMap<Key, number>,
  titles: ReadonlyMap<Key, string>
): ProjectTree {
  let { blocks, prompts } = tree;
  for (const [key, version] of versions) {
    const known = <T extends { title: string | null }>(one: T): T => ({
      ...one,
      version,
      title: one.title ?? titles.get(key) ?? null
    });
    blocks = mapNode(blocks, key, known);
    prompts = prompts.map(prompt => (prompt.key === key ? known(prompt) : prompt));
  }
  return { ...tree, blocks, prompts };
}
