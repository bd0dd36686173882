/** The changes a person makes: how each one looks on the screen at once. */
import type { Source } from '../api/types';
import type { ContextNode, Key, Level, ProjectTree, PromptNode } from './tree';
import { CHILD_LEVEL, findNode, insertAfter, mapNode, siblingsOf, walk, withoutNode } from './tree';
import { codePoints } from './text';

export type ContextChange =
  | {
      kind: 'context';
      op: 'add';
      key: Key;
      level: Level;
      parent: Key | null;
      after?: Key | null;
      title: string | null;
      content?: string;
      source?: Source | null;
    }
  | {
      kind: 'context';
      op: 'update';
      key: Key;
      /** The version this was made on; null: the one an earlier change in the queue leads to. */
      version: number | null;
      title?: string;
      content?: string;
      /** The text was taken anew. */
      source?: Source;
    }
  | {
      kind: 'context';
      op: 'move';
      key: Key;
      after: Key | null;
      /** The node it goes into; left out: it stays among its siblings. */
      parent?: Key;
    }
  | { kind: 'context'; op: 'delete'; key: Key };

export interface PromptFields {
  title?: string;
  template?: string;
  wrapInTags?: boolean;
  variables?: Readonly<Record<string, string>>;
  /** null: of none any more. */
  templateId?: string | null;
  modelConfigId?: string | null;
}

export type PromptChange =
  | ({
      kind: 'prompt';
      op: 'add';
      key: Key;
      after?: Key | null;
    } & PromptFields)
  | ({ kind: 'prompt'; op: 'update'; key: Key; version: number | null } & PromptFields)
  | { kind: 'prompt'; op: 'select'; key: Key; selected: readonly Key[] }
  | { kind: 'prompt'; op: 'move'; key: Key; after: Key | null }
  | { kind: 'prompt'; op: 'delete'; key: Key };

export interface RenameProject {
  kind: 'project';
  op: 'rename';
  name: string;
}

export type Change = ContextChange | PromptChange | RenameProject;

/** Show a change. A change to something that is no longer there changes nothing. */
export function applyChange(tree: ProjectTree, change: Change): ProjectTree {
  switch (change.kind) {
    case 'project':
      return { ...tree, name: change.name };
    case 'context':
      return applyToContext(tree, change);
    case 'prompt':
      return { ...tree, prompts: applyToPrompts(tree.prompts, change) };
  }
}

function applyToContext(tree: ProjectTree, change: ContextChange): ProjectTree {
  switch (change.op) {
    case 'add':
      return addNode(tree, change);
    case 'update':
      return {
        ...tree,
        blocks: mapNode(tree.blocks, change.key, node => ({
          ...node,
          title: change.title ?? node.title,
          source: change.source ?? node.source,
          ownChars: change.content === undefined ? node.ownChars : codePoints(change.content)
        }))
      };
    case 'move': {
      if (change.parent !== undefined) {
        return moveInto(tree, change.key, change.parent, change.after);
      }
      const siblings = siblingsOf(tree, change.key);
      const node = siblings.find(one => one.key === change.key);
      if (!node) {
        return tree;
      }
      const moved = insertAfter(siblings, node, change.after);
      return siblings === tree.blocks
        ? { ...tree, blocks: moved }
        : { ...tree, blocks: replaceChildren(tree.blocks, siblings, moved) };
    }
    case 'delete': {
      const node = findNode(tree, change.key);
      const gone = new Set([...walk(node ? [node] : [])].map(below => below.key));
      return {
        ...tree,
        blocks: withoutNode(tree.blocks, change.key),
        prompts: tree.prompts.map(prompt =>
          prompt.selected.some(key => gone.has(key))
            ? { ...prompt, selected: prompt.selected.filter(key => !gone.has(key)) }
            : prompt
        )
      };
    }
  }
}

/** An item becomes a sub-item where it goes into an item, and the reverse. */
function moveInto(tree: ProjectTree, key: Key, parent: Key, after: Key | null): ProjectTree {
  const node = findNode(tree, key);
  const above = findNode(tree, parent);
  const level = above && CHILD_LEVEL[above.level];
  if (!node || !level) {
    return tree;
  }
  return {
    ...tree,
    blocks: mapNode(withoutNode(tree.blocks, key), parent, one => ({
      ...one,
      children: insertAfter(one.children, { ...node, level }, after)
    }))
  };
}

function addNode(tree: ProjectTree, change: ContextChange & { op: 'add' }): ProjectTree {
  const node: ContextNode = {
    key: change.key,
    level: change.level,
    title: change.title,
    ownChars: codePoints(change.content ?? ''),
    version: null,
    source: change.source ?? null,
    children: []
  };
  return {
    ...tree,
    blocks:
      change.parent === null
        ? insertAfter(tree.blocks, node, change.after)
        : mapNode(tree.blocks, change.parent, parent => ({
            ...parent,
            children: insertAfter(parent.children, node, change.after)
          }))
  };
}

function replaceChildren(
  nodes: readonly ContextNode[],
  old: readonly ContextNode[],
  moved: readonly ContextNode[]
): readonly ContextNode[] {
  return nodes.map(node =>
    node.children === old
      ? { ...node, children: moved }
      : node.children.some(child => child.children === old)
        ? { ...node, children: replaceChildren(node.children, old, moved) }
        : node
  );
}

function applyToPrompts(
  prompts: readonly PromptNode[],
  change: PromptChange
): readonly PromptNode[] {
  switch (change.op) {
    case 'add':
      return insertAfter(
        prompts,
        {
          key: change.key,
          title: change.title ?? null,
          template: change.template ?? '',
          wrapInTags: change.wrapInTags ?? true,
          variables: change.variables ?? {},
          templateId: change.templateId ?? null,
          modelConfigId: change.modelConfigId ?? null,
          version: null,
          selected: []
        },
        change.after
      );
    case 'update':
      return prompts.map(prompt =>
        prompt.key === change.key
          ? {
              ...prompt,
              title: change.title ?? prompt.title,
              template: change.template ?? prompt.template,
              wrapInTags: change.wrapInTags ?? prompt.wrapInTags,
              variables: change.variables ?? prompt.variables,
              templateId: changed(change.templateId, prompt.templateId),
              modelConfigId: changed(change.modelConfigId, prompt.modelConfigId)
            }
          : prompt
      );
    case 'select':
      return prompts.map(prompt =>
        prompt.key === change.key ? { ...prompt, selected: change.selected } : prompt
      );
    case 'move': {
      const prompt = prompts.find(one => one.key === change.key);
      return prompt ? insertAfter(prompts, prompt, change.after) : prompts;
    }
    case 'delete':
      return prompts.filter(prompt => prompt.key !== change.key);
  }
}

/** null is a value; undefined leaves what was. */
function changed<T>(next: T | undefined, before: T): T {
  return next === undefined ? before : next;
}
