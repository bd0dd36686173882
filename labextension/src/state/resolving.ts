/** Decides conflicts of an open project: mine, theirs or both. */
import type { Change } from './changes';
import type { Choice, Conflict } from './conflicts';
import { resolvedText } from './conflicts';
import type { Contents } from './contents';
import type { ProjectQueue } from './queue';
import type { Texts } from './texts';
import type { Key, ProjectTree, PromptNode } from './tree';
import { findNode } from './tree';

/** What deciding needs of a project. */
export interface Resolvable {
  readonly tree: ProjectTree;
  readonly queue: ProjectQueue;
  readonly texts: Texts;
  readonly contents: Contents;
  titleOf(key: Key): string | null;
  change(change: Change): void;
  /** Show a change that nobody has to be told of. */
  show(change: Change): void;
  textUpdate(key: Key, text: string, version: number | null, title?: string): Change;
  add(parent: Key | null, init?: { title?: string; content?: string }): Key;
  addPrompt(fields: { title?: string; template?: string }): Key;
  bringPromptBack(prompt: PromptNode, after: Key | null): Key;
  flush(): Promise<boolean>;
  load(): Promise<void>;
}

export class Resolving {
  constructor(private readonly project: Resolvable) {}

  /** A conflict with both texts at hand. */
  async whole(key: Key): Promise<Conflict | null> {
    const { contents } = this.project;
    const conflict = this.find(key);
    if (conflict?.theirs.text === null && !conflict.deleted) {
      const { base } = await contents.fetch(key);
      conflict.theirs.text = base.text;
      conflict.theirs.version = base.version;
    }
    return conflict;
  }

  /** Settle a conflict; the key is that of the text that is left, null if none is. */
  decide(key: Key, choice: Choice): Key | null {
    const { project } = this;
    const conflict = this.find(key);
    if (!conflict) {
      return null;
    }
    if (conflict.deleted) {
      // What is kept is on its way before the others' deletion is shown here.
      const kept = choice === 'theirs' ? null : this.keep(conflict);
      project.queue.takeConflict(key);
      project.texts.forget(key);
      void project.flush().then(() => project.load());
      return kept;
    }
    project.queue.takeConflict(key);
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
    return key;
  }

  private find(key: Key): Conflict | null {
    const { conflicts } = this.project.queue.state.get();
    return conflicts.find(one => one.key === key) ?? null;
  }

  /** Keep what the others deleted as something new, where it stood. */
  private keep({ key, kind, mine }: Conflict): Key {
    const { project } = this;
    if (kind === 'prompt') {
      const { prompts } = project.tree;
      const at = prompts.findIndex(one => one.key === key);
      const before = prompts[at];
      const { title = before?.title ?? undefined, text: template = '' } = mine;
      return before
        ? project.bringPromptBack(
            { ...before, title: title ?? null, template },
            prompts[at - 1]?.key ?? null
          )
        : project.addPrompt({ title, template });
    }
    const title = mine.title ?? project.titleOf(key) ?? undefined;
    const { identities } = project.queue;
    const { blockId = 0, itemId, subItemId } = identities.idsOf(key) ?? {};
    const parent = identities.keyOf(subItemId === undefined ? { blockId } : { blockId, itemId });
    const there = findNode(project.tree, parent) ? parent : project.add(null);
    return project.add(there, { title, content: mine.text });
  }
}
