/** How a run of changes becomes one request of the REST contract. */
import type { NodeIds } from '../api/types';
import type { Change, ContextChange, PromptChange } from './changes';
import type { Identities } from './identities';
import { spliceBetween } from './text';
import type { Key, Level } from './tree';

/** A request as it was first sent: repeats send exactly the same under the same key. */
export interface FrozenRequest {
  idempotencyKey: string;
  path: string;
  body: unknown;
  /** How many changes at the head of the queue it carries. */
  count: number;
}

/** The text the server had confirmed, which a difference can be taken against. */
export interface Base {
  version: number;
  text: string;
}

export interface RequestContext {
  projectId: string;
  identities: Identities;
  /** Version of a node after the last confirmed change. */
  versionOf: (key: Key) => number | null;
  baseOf: (key: Key) => Base | null;
}

type Id = number | { ref: Key };
type Ref = { blockId: Id; itemId?: Id; subItemId?: Id };

/** Texts shorter than this are sent whole: a splice would not be smaller. */
const SPLICE_FROM = 2000;

const ID_FIELD = { block: 'blockId', item: 'itemId', subItem: 'subItemId' } as const;

/** The path and body that carry the changes, or null if nothing of them can be said any more. */
export function requestFor(
  changes: readonly Change[],
  context: RequestContext
): { path: string; body: unknown } | null {
  const project = `api/projects/${encodeURIComponent(context.projectId)}`;
  const first = changes[0];
  if (!first) {
    return null;
  }
  if (first.kind === 'project') {
    return { path: project, body: { name: first.name } };
  }
  const operations =
    first.kind === 'context'
      ? new ContextWriter(changes as ContextChange[], context).operations()
      : (changes as PromptChange[]).map(change => promptOperation(change, context));
  const sayable = operations.filter(operation => operation !== null);
  const path = `${project}/${first.kind === 'context' ? 'context-blocks' : 'prompt-blocks'}`;
  return sayable.length > 0 ? { path, body: { operations: sayable } } : null;
}

/** Writes the operations of one request; nodes made in it are named by reference. */
class ContextWriter {
  private readonly added = new Map<Key, ContextChange & { op: 'add' }>();

  constructor(
    private readonly changes: readonly ContextChange[],
    private readonly context: RequestContext
  ) {}

  operations(): (object | null)[] {
    return this.changes.map(change => this.operation(change));
  }

  private operation(change: ContextChange): object | null {
    if (change.op === 'add') {
      const parent = change.parent === null ? {} : this.ref(change.parent);
      this.added.set(change.key, change);
      return (
        parent && {
          op: { block: 'addBlock', item: 'addItem', subItem: 'addSubItem' }[change.level],
          ...parent,
          clientId: change.key,
          ...given('title', change.title ?? undefined),
          ...given('content', change.content),
          ...given('source', change.source ?? undefined),
          ...this.after(change.level, change.after)
        }
      );
    }
    const ref = this.ref(change.key);
    if (!ref) {
      return null;
    }
    switch (change.op) {
      case 'update':
        return {
          op: 'update',
          ...ref,
          ...given('title', change.title),
          ...given('source', change.source),
          ...this.content(change),
          ...given('version', this.version(change) ?? undefined)
        };
      case 'move':
        return this.move(ref, change);
      case 'delete':
        return { op: 'delete', ...ref };
    }
  }

  private move(ref: Ref, change: ContextChange & { op: 'move' }): object | null {
    if (change.parent === undefined) {
      return { op: 'move', ...ref, to: this.after(levelOf(ref), change.after) };
    }
    const parent = this.ref(change.parent);
    const level = parent?.itemId ? 'subItem' : 'item';
    return parent && { op: 'move', ...ref, to: { ...parent, ...this.after(level, change.after) } };
  }

  private version(change: { key: Key; version: number | null }): number | null {
    return change.version ?? this.context.versionOf(change.key);
  }

  private content(change: ContextChange & { op: 'update' }): object {
    if (change.content === undefined) {
      return {};
    }
    const base = this.context.baseOf(change.key);
    if (base && base.version === this.version(change) && change.content.length >= SPLICE_FROM) {
      const splice = spliceBetween(base.text, change.content);
      if (splice.insert.length < change.content.length / 2) {
        return { splice };
      }
    }
    return { content: change.content };
  }

  private after(level: Level, after: Key | null | undefined): object {
    if (after === null) {
      return { after: null };
    }
    const id = after === undefined ? undefined : this.ref(after)?.[ID_FIELD[level]];
    return given('after', id);
  }

  private ref(key: Key): Ref | null {
    const ids = this.context.identities.idsOf(key);
    if (ids) {
      return ids as Ref;
    }
    const added = this.added.get(key);
    if (!added) {
      return null;
    }
    const parent = added.parent === null ? {} : this.ref(added.parent);
    return parent && ({ ...parent, [ID_FIELD[added.level]]: { ref: key } } as Ref);
  }
}

function levelOf(ref: Ref): Level {
  return ref.subItemId ? 'subItem' : ref.itemId ? 'item' : 'block';
}

function promptOperation(change: PromptChange, context: RequestContext): object | null {
  const { identities } = context;
  const idOf = (key: Key): Id => identities.promptIdOf(key) ?? { ref: key };
  const fields = (one: PromptChange & { op: 'add' | 'update' }): object => ({
    ...given('title', one.title),
    ...given('template', one.template),
    ...given('wrapInTags', one.wrapInTags),
    ...given('variables', one.variables),
    ...given('templateId', one.templateId),
    ...given('modelConfigId', one.modelConfigId)
  });
  const after = (key: Key | null | undefined): object =>
    key === undefined ? {} : { after: key === null ? null : idOf(key) };
  switch (change.op) {
    case 'add':
      return { op: 'addPrompt', clientId: change.key, ...fields(change), ...after(change.after) };
    case 'update':
      return {
        op: 'update',
        promptBlockId: idOf(change.key),
        ...fields(change),
        ...given('version', change.version ?? context.versionOf(change.key) ?? undefined)
      };
    case 'select':
      return {
        op: 'select',
        promptBlockId: idOf(change.key),
        selectedContext: change.selected
          .map(key => identities.idsOf(key))
          .filter((ids): ids is NodeIds => ids !== null)
          .map((ids, k) => ({ ...ids, order: k + 1 }))
      };
    case 'move':
      return { op: 'move', promptBlockId: idOf(change.key), ...after(change.after) };
    case 'delete':
      return { op: 'delete', promptBlockId: idOf(change.key) };
  }
}

function given(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}
