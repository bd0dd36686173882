/** Everything of one person at one server that outlives the views: shared by all of them. */
import type { QueryClient } from '@tanstack/react-query';
import { messageOf } from '../api/errors';
import type { ApiClient } from '../api/client';
import type { LanguageCode, User } from '../api/types';
import type { SourceTexts } from './freshness';
import { FreshnessModel } from './freshness';
import { Deletions } from './deletions';
import { EditedAnswers } from './editedAnswers';
import { Lists } from './lists';
import { Live } from './live';
import { claimByLock, Outbox } from './outbox';
import { Preview } from './preview';
import { ProjectModel } from './project';
import { RunModel, StreamSlots } from './runs';
import { TokenCounts } from './tokenCounts';
import type { KeptStorage } from './storage';
import { openStorage } from './storage';
import { Store } from './store';
import type { Preferences } from './preferences';
import type { Key } from './tree';

export type SessionState =
  | { status: 'starting' }
  | { status: 'ready' }
  /** Somebody else has signed in since: nothing of the former person is shown or sent. */
  | { status: 'replaced' }
  | { status: 'failed'; message: string };

export class Session {
  readonly state = new Store<SessionState>({ status: 'starting' });
  /** Who this is; known when the session is ready. */
  user: User | null = null;
  /** Answers as they were edited. */
  readonly editedAnswers = new EditedAnswers();
  /** What was deleted and can still be taken back. */
  readonly deletedProjects = new Deletions(async id => {
    await this.api.deleteProject(id);
    this.forget(id);
    await this.queries.invalidateQueries({ queryKey: ['projects'] });
  });
  readonly deletedTemplates = new Deletions(async id => {
    await this.api.deleteTemplate(id);
    this.queries.setQueryData(['templates', 'one', id], null);
    await this.queries.invalidateQueries({ queryKey: ['templates'] });
  });
  readonly deletedConfigs = new Deletions(async id => {
    await this.api.deleteConfig(id);
    await this.queries.invalidateQueries({ queryKey: ['configs'] });
  });
  private outbox: Outbox | null = null;
  private starting: Promise<void> | null = null;
  private readonly projects = new Map<string, ProjectModel>();
  private readonly runs = new Map<string, RunModel>();
  private readonly slots = new StreamSlots();
  private readonly lists: Lists;
  private readonly previews = new Map<string, Preview>();
  private readonly freshnesses = new Map<string, FreshnessModel>();
  private readonly counts = new Map<string, TokenCounts>();
  private readonly live = new Live((from, signal) => this.api.changes(from, signal), {
    changed: (kind, { id, version }) => this.heard(kind, id, version ?? null),
    missed: () => this.lookAgain()
  });

  constructor(
    readonly api: ApiClient,
    readonly queries: QueryClient,
    /** Tells two servers at one address apart (their base URLs). */
    private readonly place: string,
    private readonly sources: SourceTexts,
    private readonly preferences: Store<Preferences>,
    /** Done before anything is shown to a person who is known now. */
    private readonly welcome: (user: User) => Promise<void>
  ) {
    this.lists = new Lists(queries);
  }

  /** Learn who this is and take over what an earlier page could not send. */
  start(): Promise<void> {
    this.starting ??= this.open().catch((error: unknown) => {
      this.starting = null;
      const message = messageOf(error);
      this.state.set({ status: 'failed', message });
    });
    return this.starting;
  }

  /** The project, loaded when it is first asked for. */
  project(id: string): ProjectModel {
    let project = this.projects.get(id);
    if (!project) {
      if (!this.outbox) {
        throw new Error('The session has not started.');
      }
      project = new ProjectModel(
        id,
        this.api,
        this.outbox.queue(id),
        () => this.preferences.get().autosaveRest
      );
      this.projects.set(id, project);
      void project.load();
    }
    return project;
  }

  /** The project if it is open already. */
  openProject(id: string): ProjectModel | null {
    return this.projects.get(id) ?? null;
  }

  run(projectId: string, promptKey: Key): RunModel {
    // A prompt that came back goes on with the answer it had.
    const former = this.projects.get(projectId)?.history.formerKey(promptKey) ?? null;
    return this.kept(
      this.runs,
      `${projectId}/${promptKey}`,
      () => this.runs.get(`${projectId}/${former}`) ?? this.newRun()
    );
  }

  /** An answer that is no prompt's last one: of a comparison. */
  newRun(): RunModel {
    return new RunModel(this.api, this.slots);
  }

  preview(projectId: string, promptKey: Key): Preview {
    return this.kept(
      this.previews,
      `${projectId}/${promptKey}`,
      () => new Preview(this.api, this.project(projectId), promptKey)
    );
  }

  freshness(projectId: string): FreshnessModel {
    return this.kept(
      this.freshnesses,
      projectId,
      () => new FreshnessModel(this.project(projectId), this.sources)
    );
  }

  /** How many tokens the texts of a project have. */
  tokens(project: ProjectModel): TokenCounts {
    return this.kept(
      this.counts,
      project.id,
      () =>
        new TokenCounts(project, {
          all: () => this.api.stats(project.id),
          some: nodes => this.api.tokensOf(project.id, nodes)
        })
    );
  }

  /** Keep the language with the account of the person. */
  async setLanguage(language: LanguageCode | null): Promise<void> {
    this.user = await this.api.setLanguage(language);
  }

  /** A project that was deleted is not kept. */
  forget(projectId: string): void {
    this.projects.delete(projectId);
    this.freshnesses.delete(projectId);
    this.counts.delete(projectId);
  }

  /** The page is left: keep what is being typed. */
  capture(): void {
    for (const project of this.projects.values()) {
      project.texts.capture();
    }
  }

  /** The page goes away for good. */
  leave(): void {
    this.capture();
    for (const deletions of [this.deletedProjects, this.deletedTemplates, this.deletedConfigs]) {
      deletions.flush();
    }
  }

  /** The page is no longer seen. */
  sleep(): void {
    this.capture();
    this.live.pause();
  }

  /** The page is looked at again, or the network is back. */
  async wake(): Promise<void> {
    if (this.user && (await this.isSame()) === false) {
      return;
    }
    this.outbox?.retryAll();
    this.lookAgain();
    if (this.outbox) {
      this.live.resume();
    }
  }

  /** Look whether it is still the same person; null: nobody answers. */
  private async isSame(): Promise<boolean | null> {
    const now = await this.api.me().catch(() => null);
    if (now !== null && now.id !== this.user?.id) {
      this.outbox?.stop();
      this.live.pause();
      this.queries.clear();
      this.state.set({ status: 'replaced' });
    }
    return now && now.id === this.user?.id;
  }

  private lookAgain(): void {
    for (const project of this.projects.values()) {
      void project.refresh();
    }
    void this.lists.changed();
  }

  private heard(kind: string, id: string, version: number | null): void {
    if (kind.startsWith('project')) {
      this.projects.get(id)?.heard(version);
    }
    if (kind === 'access') {
      // What one may do with it is another, or nothing at all.
      void this.projects.get(id)?.load();
      void this.lists.changed('projects');
      void this.lists.changed('shares', id);
      return;
    }
    // Lists are named after what they list: "projects", "templates", "runs".
    const list = `${kind.replace('Deleted', '')}s`;
    void this.lists.changed(list);
  }

  private async open(): Promise<void> {
    this.state.set({ status: 'starting' });
    const user = await this.api.me();
    this.user = user;
    const stored = (what: string): Promise<KeptStorage> =>
      openStorage(`promptyflow-${what} ${this.place} ${user.id}`);
    const outbox = new Outbox(
      this.api,
      await stored('outbox'),
      claimByLock,
      async () => (await this.isSame()) === true
    );
    await Promise.all([outbox.recover(), this.welcome(user)]);
    await this.editedAnswers.open(await stored('answers'));
    this.outbox = outbox;
    this.state.set({ status: 'ready' });
    if (typeof document === 'undefined' || !document.hidden) {
      this.live.resume();
    }
  }

  private kept<T>(map: Map<string, T>, key: string, make: () => T): T {
    let value = map.get(key);
    if (!value) {
      value = make();
      map.set(key, value);
    }
    return value;
  }
}
