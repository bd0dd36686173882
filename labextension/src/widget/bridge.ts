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
  /** Changes made by ourselves are not answered. */
  private pushing = false;

  constructor(
    private readonly model: Traits,
    private readonly session: Session,
    private readonly view: ViewModel
  ) {
    this.detach.push(view.state.subscribe(() => this.fromView()));
    const pulled = (): void => this.fromPython();
    model.on('change', pulled);
    this.detach.push(() => void model.off('change', pulled));
    void session.start().then(() => {
      this.fromPython();
      this.fromView();
    });
  }

  dispose(): void {
    for (const end of [...this.detach, ...this.unwatch]) {
      end();
    }
  }

  /** Python chose a project, a prompt or a selection. */
  private fromPython(): void {
    if (this.pushing || this.session.state.get().status !== 'ready') {
      return;
    }
    const projectId = (this.model.get('project_id') as string | null) ?? '';
    if (projectId !== '' && projectId !== this.view.state.get().projectId) {
      this.view.openProject(projectId);
    }
    this.takePrompt();
  }

  private takePrompt(): void {
    const project = this.watched?.project;
    const promptId = this.model.get('prompt_id') as number | null;
    if (!project || project.state.get().status !== 'ready' || !promptId) {
      return;
    }
    const { identities } = project.queue;
    const key = identities.promptKeyOf(promptId);
    const prompt = findPrompt(project.tree, key);
    if (!prompt) {
      return;
    }
    if (this.view.state.get().promptKey !== key) {
      this.view.openPrompt(key);
    }
    const wanted = this.model.get('selection') as Selected[] | undefined;
    if (this.model.hasChanged('selection') && wanted) {
      const keys = [...wanted].sort((a, b) => a.order - b.order).map(ids => identities.keyOf(ids));
      if (keys.join() !== prompt.selected.join()) {
        project.select(key, keys);
      }
    }
  }

  /** The person opened another project or prompt. */
  private fromView(): void {
    if (this.session.state.get().status !== 'ready') {
      return;
    }
    const { projectId, promptKey } = this.view.state.get();
    if (projectId === null) {
      return;
    }
    const project = this.session.project(projectId);
    const shown = promptKey ?? project.tree.prompts[0]?.key ?? null;
    if (this.watched?.project === project && this.watched.promptKey === shown) {
      return;
    }
    this.unwatch.forEach(end => end());
    this.watched = { project, promptKey: shown };
    this.unwatch = [project.state.subscribe(() => this.fromProject())];
    if (shown !== null) {
      const run = this.session.run(projectId, shown);
      const preview = this.session.preview(projectId, shown);
      this.unwatch.push(
        run.state.subscribe(() => this.push()),
        preview.state.subscribe(() => this.push()),
        preview.watch()
      );
    }
    this.push();
  }

  private fromProject(): void {
    if (this.view.state.get().promptKey === null) {
      const promptId = this.model.get('prompt_id') as number | null;
      if (promptId) {
        this.takePrompt();
      }
    }
    this.fromView();
    this.push();
  }

  /** Tell Python what the view shows now. */
  private push(): void {
    const { watched } = this;
    if (watched?.project.state.get().status !== 'ready') {
      return;
    }
    const { project, promptKey } = watched;
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
      const preview = this.session.preview(project.id, promptKey).state.get();
      traits['response'] = run.text;
      traits['status'] = STATUS[run.phase];
      if (preview.result) {
        traits['compiled'] = preview.result.compiled;
      }
    }
    const changed = Object.entries(traits).filter(
      ([name, value]) => JSON.stringify(this.model.get(name)) !== JSON.stringify(value)
    );
    if (changed.length > 0) {
      this.pushing = true;
      this.model.set(Object.fromEntries(changed));
      this.pushing = false;
      this.model.save_changes();
    }
  }
}
