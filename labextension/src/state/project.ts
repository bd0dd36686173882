/** The open project: what is on the screen at once, and what of it is on its way to the server. */
import type { ApiClient } from '../api/client';
import { ApiError, messageOf } from '../api/errors';
import type { Owner, Role, Source } from '../api/types';
import type { Answer } from './answers';
import { confirmedTree, titlesIn, versionsIn } from './answers';
import type { Change, PromptFields } from './changes';
import { applyChange } from './changes';
import { Contents } from './contents';
import type { Step, Undoable } from './history';
import { fieldOf, History, oppositeOf } from './history';
import { canonicalKey, newKey } from './identities';
import { USUAL } from './preferences';
import type { ProjectQueue, QueueOwner } from './queue';
import type { Addition, Removed } from './restoring';
import { additionsOf, collectRemoved } from './restoring';
import type { Base } from './requests';
import type { Resolvable } from './resolving';
import { Resolving } from './resolving';
import { Store } from './store';
import { Texts } from './texts';
import type { ContextNode, Key, ProjectTree, PromptNode } from './tree';
import { CHILD_LEVEL, findNode, findPrompt, indexOf, pathTo, siblingsOf, treeOf } from './tree';

export type ProjectStatus = 'loading' | 'ready' | 'missing' | 'failed';

export interface ProjectState {
  status: ProjectStatus;
  message: string | null;
  role: Role;
  owner: Owner | null;
  tree: ProjectTree;
}

const EMPTY: ProjectTree = { name: '', blocks: [], prompts: [] };

export class ProjectModel implements QueueOwner, Undoable, Resolvable {
  readonly state = new Store<ProjectState>({
    status: 'loading',
    message: null,
    role: 'owner',
    owner: null,
    tree: EMPTY
  });
  /** Grows with every change made here: what depends on the project looks again. */
  readonly revision = new Store(0);
  readonly texts = new Texts(
    key => this.contents.load(key),
    (key, text, base, before) => this.typed(key, text, base, before),
    count => this.queue.setUnsaved(count),
    () => this.rest()
  );
  readonly history: History = new History(this);
  /** Fetches texts. */
  readonly contents: Contents;
  readonly conflicts: Resolving = new Resolving(this);
  private loading: Promise<void> | null = null;
  /** The version that is shown, and the newest one that was heard of. */
  private version = 0;
  private newest = 0;

  constructor(
    readonly id: string,
    private readonly api: ApiClient,
    readonly queue: ProjectQueue,
    /** How long an editor rests before its change is sent. */
    private readonly rest: () => number = () => USUAL.autosaveRest
  ) {
    this.contents = new Contents(api, this);
    queue.owner = this;
    queue.state.subscribe(() => this.catchUp());
  }

  /** Whether this person may change it; what would change it otherwise does nothing. */
  get editable(): boolean {
    return this.state.get().role !== 'view';
  }

  get tree(): ProjectTree {
    return this.state.get().tree;
  }

  /** Load the outline, behind the changes that an earlier page left in the queue. */
  load(): Promise<void> {
    this.loading ??= this.fetch().then(loaded => {
      this.loading = null;
      if (loaded) {
        this.catchUp();
      }
    });
    return this.loading;
  }

  /** Look whether others changed the project; leaves alone what is being changed here. */
  async refresh(): Promise<void> {
    // A load that is on its way may have been answered before the change.
    await this.loading;
    if (this.queue.state.get().pending === 0) {
      await this.load();
    }
  }

  /** There is another version at the server; null: the project is gone. */
  heard(version: number | null): void {
    if (version === null) {
      void this.load();
    } else {
      this.newest = Math.max(this.newest, version);
      this.catchUp();
    }
  }

  /** Show what others changed, once nothing of one's own is on its way. */
  private catchUp(): void {
    const { status } = this.queue.state.get();
    if (this.newest > this.version && status === 'saved' && !this.loading) {
      void this.load();
    }
  }

  /** Hand on what is being typed and wait until the server has everything. */
  flush(): Promise<boolean> {
    this.texts.capture();
    return this.queue.drain();
  }

  rename(name: string): void {
    this.change({ kind: 'project', op: 'rename', name });
  }

  /** Add a block, an item or a sub-item behind a sibling (last if none is named). */
  add(
    parent: Key | null,
    init: { title?: string; content?: string; source?: Source; after?: Key | null } = {}
  ): Key {
    const above = findNode(this.tree, parent);
    const level = above ? (CHILD_LEVEL[above.level] ?? 'subItem') : 'block';
    const key = newKey();
    const { title = null, content, source, after } = init;
    if (level !== 'block') {
      this.texts.set(key, content ?? '', null);
    }
    this.change({ kind: 'context', op: 'add', key, level, parent, after, title, content, source });
    return key;
  }

  retitle(key: Key, title: string): void {
    const prompt = findPrompt(this.tree, key);
    const version = prompt?.version ?? findNode(this.tree, key)?.version ?? null;
    this.change({ kind: prompt ? 'prompt' : 'context', op: 'update', key, version, title });
  }

  /** Move a node or a prompt by one place among its siblings. */
  step(key: Key, direction: -1 | 1): void {
    const prompt = findPrompt(this.tree, key);
    const siblings: readonly { key: Key }[] = prompt
      ? this.tree.prompts
      : siblingsOf(this.tree, key);
    const at = siblings.findIndex(one => one.key === key);
    const to = at + direction;
    if (at >= 0 && to >= 0 && to < siblings.length) {
      const after = siblings[direction > 0 ? to : to - 1]?.key ?? null;
      this.change({ kind: prompt ? 'prompt' : 'context', op: 'move', key, after });
    }
  }

  /** Put a node into another parent, or among its siblings, behind one of them. */
  moveTo(key: Key, parent: Key | null, after: Key | null): void {
    const path = pathTo(this.tree.blocks, key);
    if (path.length > 0 && after !== key) {
      const stays = (path.at(-2)?.key ?? null) === parent;
      const into = stays || parent === null ? {} : { parent };
      this.change({ kind: 'context', op: 'move', key, after, ...into });
    }
  }

  /** Delete a node; the step brings it back, or is null if nothing could. */
  async remove(key: Key): Promise<Step | null> {
    const removed = await this.takeAway(key);
    return removed && this.history.note({ do: 'restore', removed });
  }

  async takeAway(key: Key): Promise<Removed | null> {
    this.texts.capture();
    const path = pathTo(this.tree.blocks, key);
    const node = path.at(-1);
    if (!node) {
      return null;
    }
    const removed = await collectRemoved(this.tree, node, path.at(-2)?.key ?? null, keys =>
      this.contents.of(keys)
    ).catch(() => null);
    this.apply({ kind: 'context', op: 'delete', key });
    return removed;
  }

  /** The same texts at the same place, selected where they had been. */
  bringBack(removed: Removed): Addition[] {
    const { additions, selections, keys } = additionsOf(removed, this.tree);
    for (const addition of additions) {
      if (addition.level !== 'block') {
        this.texts.set(addition.key, addition.content ?? '', null);
      }
      this.apply(addition);
    }
    for (const [key, selected] of selections) {
      this.apply({ kind: 'prompt', op: 'select', key, selected });
    }
    keys.forEach((after, before) => this.history.renamed(before, after));
    return additions;
  }

  addPrompt(fields: PromptFields = {}, after?: Key | null): Key {
    const key = newKey();
    this.texts.set(key, fields.template ?? '', null);
    this.change({ kind: 'prompt', op: 'add', key, after, ...fields });
    return key;
  }

  /** Take a text anew from its source; the text it replaces can be brought back. */
  retake(key: Key, text: string, source: Source): void {
    const base = this.texts.baseOf(key);
    const before = this.texts.textOf(key);
    this.texts.set(key, text, base);
    if (before !== null) {
      this.history.noteText(key, before, text);
    }
    const version = base?.version ?? null;
    this.apply({ kind: 'context', op: 'update', key, version, content: text, source });
  }

  /** Change the text of a prompt other than by typing. */
  writeTemplate(key: Key, template: string): void {
    const base = this.texts.baseOf(key);
    const before = this.texts.textOf(key);
    this.texts.set(key, template, base);
    this.typed(key, template, base, before);
  }

  updatePrompt(key: Key, fields: Omit<PromptFields, 'template'>): void {
    const version = findPrompt(this.tree, key)?.version ?? null;
    this.change({ kind: 'prompt', op: 'update', key, version, ...fields });
  }

  /** Delete a prompt; the step brings it back. */
  removePrompt(key: Key): Step | null {
    const taken = this.takePromptAway(key);
    return taken && this.history.note({ do: 'restorePrompt', ...taken });
  }

  takePromptAway(key: Key): { prompt: PromptNode; after: Key | null } | null {
    const { prompts } = this.tree;
    const at = prompts.findIndex(one => one.key === key);
    const prompt = prompts[at];
    if (!prompt) {
      return null;
    }
    const template = this.texts.textOf(key) ?? prompt.template;
    this.texts.forget(key);
    this.apply({ kind: 'prompt', op: 'delete', key });
    return { prompt: { ...prompt, template }, after: prompts[at - 1]?.key ?? null };
  }

  bringPromptBack(prompt: PromptNode, after: Key | null): Key {
    const key = newKey();
    const { title, template, wrapInTags, variables, templateId, modelConfigId } = prompt;
    const settings = { wrapInTags, variables, templateId, modelConfigId };
    const fields = { title: title ?? undefined, template, ...settings };
    this.texts.set(key, template, null);
    this.apply({ kind: 'prompt', op: 'add', key, after, ...fields });
    const index = indexOf(this.tree);
    const selected = prompt.selected.filter(one => index.has(one));
    this.apply({ kind: 'prompt', op: 'select', key, selected });
    return key;
  }

  currentText(key: Key): Promise<string | null> {
    return this.texts.whenLoaded(key);
  }

  writeText(key: Key, text: string): void {
    const base = this.texts.baseOf(key);
    this.texts.set(key, text, base);
    this.apply(this.textUpdate(key, text, base?.version ?? null));
  }

  titleOf(key: Key): string | null {
    return (findPrompt(this.tree, key) ?? findNode(this.tree, key))?.title ?? null;
  }

  keys(): Iterable<Key> {
    return indexOf(this.tree).keys();
  }

  select(key: Key, selected: readonly Key[]): void {
    this.change({ kind: 'prompt', op: 'select', key, selected });
  }

  /** Drop the change the server refuses, and show what it has. */
  async discardRefused(): Promise<void> {
    this.queue.discardFailed();
    await this.load();
  }

  /** The key a node has after a reload; null while the server has not named it. */
  lastingKey(key: Key): Key | null {
    const { identities } = this.queue;
    const ids = identities.idsOf(key);
    const promptId = identities.promptIdOf(key);
    return ids ? canonicalKey(ids) : promptId === null ? null : `p${promptId}`;
  }

  baseOf(key: Key): Base | null {
    return this.texts.baseOf(key);
  }

  confirmed(changes: readonly Change[], answer: Answer): void {
    if (answer?.version === this.version + 1) {
      this.version++; // nobody else's change lies between
    }
    const { identities } = this.queue;
    const versions = versionsIn(answer, identities);
    const titles = titlesIn(answer, identities);
    for (const change of changes) {
      const version = 'key' in change ? versions.get(change.key) : undefined;
      if (version !== undefined && (change.op === 'add' || change.op === 'update')) {
        const text = change.kind === 'context' ? change.content : change.template;
        this.texts.confirmed(change.key, version, change.op === 'add' ? (text ?? '') : text);
      }
    }
    this.state.patch({ tree: confirmedTree(this.tree, versions, titles) });
  }

  /** Change something, so that it can be undone. */
  change(change: Change): void {
    if (!this.editable) {
      return;
    }
    const opposite = oppositeOf(change, this.tree);
    if (opposite) {
      this.history.note(opposite, fieldOf(change, this.tree));
    }
    this.apply(change);
  }

  apply(change: Change): void {
    if (!this.editable) {
      return;
    }
    this.show(change);
    this.queue.enqueue(change);
    this.revision.set(this.revision.get() + 1);
  }

  show(change: Change): void {
    this.state.patch({ tree: applyChange(this.tree, change) });
  }

  private typed(key: Key, text: string, base: Base | null, before: string | null): void {
    if (before !== null) {
      this.history.noteText(key, before, text);
    }
    this.apply(this.textUpdate(key, text, base?.version ?? null));
  }

  textUpdate(key: Key, text: string, version: number | null, title?: string): Change {
    return findPrompt(this.tree, key)
      ? { kind: 'prompt', op: 'update', key, version, template: text, title }
      : { kind: 'context', op: 'update', key, version, content: text, title };
  }

  private async fetch(): Promise<boolean> {
    await this.queue.drain();
    try {
      const project = await this.api.project(this.id);
      const loaded = treeOf(project, this.queue.identities);
      const tree = this.queue.pendingChanges.reduce(applyChange, loaded);
      const { role, owner = null } = project;
      this.state.set({ status: 'ready', message: null, role, owner, tree });
      this.version = project.version;
      this.lookAtTexts(tree.blocks);
      for (const prompt of loaded.prompts) {
        if (prompt.version !== null) {
          this.texts.outdated(prompt.key, prompt.version);
        }
      }
      this.revision.set(this.revision.get() + 1);
      return true;
    } catch (error) {
      const missing = error instanceof ApiError && error.status === 404;
      const message = messageOf(error);
      if (missing || this.state.get().status === 'loading') {
        this.state.patch({ status: missing ? 'missing' : 'failed', message });
      }
      return false;
    }
  }

  private lookAtTexts(nodes: readonly ContextNode[]): void {
    for (const node of nodes) {
      if (node.version !== null) {
        this.texts.outdated(node.key, node.version);
      }
      this.lookAtTexts(node.children);
    }
  }
}
