/** Decides conflicts of an open project: mine, theirs or both. */
import type { Change } from './changes';
import type { Choice, Conflict } from './conflicts';
import { resolvedText } from './conflicts';
import type { Contents } from './contents';
import type { ProjectQueue } from './queue';
import type { Texts } from './texts';
import type { Key, ProjectTree } from './tree';
import { findPrompt, pathTo } from './tree';

/** What deciding needs of a project. */
export interface Resolvable {
  readonly tree: ProjectTree;
  readonly queue: ProjectQueue;
  readonly texts: Texts;
  readonly contents: Contents;
  change(change: Change): void;
  /** Show a change that nobody has to be told of. */
  show(change: Change): void;
  textUpdate(key: Key, text: string, version: number | null, title?: string): Change;
  add(parent: Key | null, init?: { title?: string; content?: string }): Key;
  addPrompt(fields: { title?: string; template?: string }): Key;
  flush(): Promise<boolean>;
  load(): Promise<void>;
}

export class Resolving {
  constructor(private readonly project: Resolvable) {}

  /** A conflict with both texts at hand. */
  async whole(key: Key): Promise<Conflict | null> {
    const { queue, contents } = this.project;
    const conflict = queue.state.get().conflicts.find(one => one.key === key) ?? null;
    if (conflict?.theirs.text === null && !conflict.deleted) {
      const { base } = await contents.fetch(key);
      conflict.theirs.text = base.text;
      conflict.theirs.version = base.version;
    }
    return conflict;
  }

  decide(key: Key, choice: Choice): void {
    const { project } = this;
    const conflict = project.queue.takeConflict(key);
    if (!conflict) {
      return;
    }
    if (conflict.deleted) {
      this.decideDeleted(conflict, choice);
      return;
    }
    const { theirs, mine } = conflict;
    const text = resolvedText(conflict, choice);
    project.texts.set(key, text, { version: theirs.version, text: theirs.text ?? '' });
    const title = choice === 'theirs' ? (theirs.title ?? undefined) : mine.title;
    const update = project.textUpdate(key, text, theirs.version, title);
    if (choice === 'theirs') {
      project.show(update);
    } else {
      project.change(update);
    }
  }

  /** What the others deleted is kept as something new, or goes. */
  private decideDeleted({ key, kind, mine }: Conflict, choice: Choice): void {
    const { project } = this;
    const path = pathTo(project.tree.blocks, key);
    const title = mine.title ?? path.at(-1)?.title ?? findPrompt(project.tree, key)?.title;
    const content = { title: title ?? undefined, content: mine.text };
    if (choice !== 'theirs' && kind === 'prompt') {
      project.addPrompt({ title: title ?? undefined, template: mine.text });
    } else if (choice !== 'theirs') {
      project.add(project.add(null, { title: path[0]?.title ?? undefined }), content);
    }
    project.texts.forget(key);
    void project.flush().then(() => project.load());
  }
}
