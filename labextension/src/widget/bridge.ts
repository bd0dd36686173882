/** Keeps the traits of the Python Panel and a view of the workbench the same, both ways. */
import type { NodeIds } from '../api/types';
import type { ProjectModel } from '../state/project';
import type { RunPhase } from '../state/runs';
import type { Session } from '../state/session';
import type { Key } from '../state/tree';
import { findPrompt } from '../state/tree';
import type { ViewModel } from '../state/view';

/** The part of an ipywidgets model that is needed here. */
export interface Traits {
  get(name: string): unknown;
  set(values: Record<string, unknown>): unknown;
  hasChanged(name: string): boolean;
  save_changes(): void;
  on(event: 'change', callback: () => void): unknown;
  off(event: 'change', callback: () => void): unknown;
}

interface Selected extends NodeIds {
  order: number;
}

/** What Python asked for and the view does not show yet. */
interface Wish {
  promptId: number | null;
  selection: Selected[] | null;
  /** The project was loaded again to find it. */
  searched: boolean;
}

/** How long the view rests before Python is told, in milliseconds; longer while an answer grows. */
const REST = 50;
const REST_WHILE_STREAMING = 500;

/** What Python reads in `status`. */
const STATUS: Record<RunPhase, string> = {
  none: 'idle',
  sending: 'sending',
  streaming: 'streaming',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'failed'
};

export class Bridge {
  private readonly detach: (() => void)[] = [];
  private watched: { project: ProjectModel; promptKey: Key | null } | null = null;
  private unwatch: (() => void)[] = [];
  private wish: Wish | null;
  /** What we told Python last: the kernel repeats it, which is not a wish. */
  private told: Record<string, unknown> = {};
  private telling: ReturnType<typeof setTimeout> | null = null;
  private syncing = false;

  constructor(
    private readonly model: Traits,
    private readonly session: Session,
    private readonly view: ViewModel
  ) {
    const promptId = model.get('prompt_id') as number | null;
    this.wish = promptId ? { promptId, selection: null, searched: false } : null;
    const pulled = (): void => this.fromPython();
    model.on('change', pulled);
    this.detach.push(
      () => void model.off('change', pulled),
      view.state.subscribe(() => this.sync())
    );
    void session.start().then(() => this.sync());
  }

  dispose(): void {
    if (this.telling !== null) {
      clearTimeout(this.telling);
    }
    for (const end of [...this.detach, ...this.unwatch]) {
      end();
    }
  }

  /** Python chose a project, a prompt or a selection. */
  private fromPython(): void {
    const projectId = this.chosen('project_id') as string | null;
    const promptId = this.chosen('prompt_id') as number | null;
    const selection = this.chosen('selection') as Selected[] | null;
    if (promptId !== null || selection !== null) {
      this.wish = {
        promptId: promptId ?? this.wish?.promptId ?? null,
        selection,
        searched: false
      };
    }
    if (projectId !== null) {
      this.view.openProject(projectId);
    }
    this.sync();
  }

  /** The value of a trait if Python has just chosen it. */
  private chosen(name: string): unknown {
    const value = this.model.get(name);
    return this.model.hasChanged(name) && !same(value, this.told[name]) ? value : null;
  }

  private sync(): void {
    const { projectId } = this.view.state.get();
    if (this.syncing || projectId === null || this.session.state.get().status !== 'ready') {
      return;
    }
    this.syncing = true;
    try {
      this.watch(this.session.project(projectId));
      const { watched } = this;
      if (watched?.project.state.get().status === 'ready' && this.granted(watched.project)) {
        this.watch(watched.project); // another prompt may be open now
        // Several traits may be set one after another: all are taken in before we speak.
        this.telling ??= setTimeout(() => this.tell(), this.rest());
      }
    } finally {
      this.syncing = false;
    }
  }

  private rest(): number {
    const { project, promptKey } = this.watched ?? {};
    const run = project && promptKey ? this.session.run(project.id, promptKey) : null;
    return run?.state.get().phase === 'streaming' ? REST_WHILE_STREAMING : REST;
  }

  /** Show what Python asked for; false while it is being looked for. */
  private granted(project: ProjectModel): boolean {
    const { wish } = this;
    if (!wish) {
      return true;
    }
    const { identities } = project.queue;
    if (wish.promptId !== null) {
      const key = identities.promptKeyOf(wish.promptId);
      if (!findPrompt(project.tree, key) && !wish.searched) {
        // It may have been made in the notebook a moment ago.
        wish.searched = true;
        void project.load().then(() => this.sync());
        return false;
      }
      this.view.openPrompt(findPrompt(project.tree, key) ? key : null);
    }
    this.wish = null;
    const open = this.openPrompt(project);
    if (wish.selection !== null && open !== null) {
      const keys = [...wish.selection]
        .sort((a, b) => a.order - b.order)
        .map(ids => identities.keyOf(ids));
      project.select(open, keys);
    }
    return true;
  }

  private openPrompt(project: ProjectModel): Key | null {
    const { promptKey } = this.view.state.get();
    return (findPrompt(project.tree, promptKey) ?? project.tree.prompts[0])?.key ?? null;
  }

  /** Follow what is open, and only that. */
  private watch(project: ProjectModel): void {
    const promptKey = this.openPrompt(project);
    if (this.watched?.project === project && this.watched.promptKey === promptKey) {
      return;
    }
    this.unwatch.forEach(end => end());
    this.watched = { project, promptKey };
    this.unwatch = [project.state.subscribe(() => this.sync())];
    if (promptKey !== null) {
      const preview = this.session.preview(project.id, promptKey);
      this.unwatch.push(
        this.session.run(project.id, promptKey).state.subscribe(() => this.sync()),
        preview.state.subscribe(() => this.sync()),
        preview.watch()
      );
    }
  }

  /** Tell Python what the view shows now. */
  private tell(): void {
    this.telling = null;
    if (!this.watched) {
      return;
    }
    const { project, promptKey } = this.watched;
    const { identities } = project.queue;
    const prompt = findPrompt(project.tree, promptKey);
    const traits: Record<string, unknown> = {
      project_id: project.id,
      prompt_id: promptKey === null ? null : identities.promptIdOf(promptKey),
      selection: (prompt?.selected ?? [])
        .map(key => identities.idsOf(key))
        .filter(ids => ids !== null)
        .map((ids, k) => ({ ...ids, order: k + 1 }))
    };
    if (promptKey !== null) {
      const run = this.session.run(project.id, promptKey).state.get();
      const preview = this.session.preview(project.id, promptKey);
      const { result, whole } = preview.state.get();
      Object.assign(traits, { response: run.text, status: STATUS[run.phase] });
      if (whole) {
        traits['compiled'] = result?.compiled;
      } else if (result) {
        void preview.compile(); // Python gets all of it, or nothing
      }
    }
    const changed = Object.entries(traits).filter(
      ([name, value]) => !same(this.model.get(name), value)
    );
    if (changed.length > 0) {
      Object.assign(this.told, Object.fromEntries(changed));
      this.model.set(Object.fromEntries(changed));
      this.model.save_changes();
    }
  }
}

function same(one: unknown, other: unknown): boolean {
  return (
    one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other))
  );
}
