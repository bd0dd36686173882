/** Everything of one person at one server that outlives the views: shared by all of them. */
import type { QueryClient } from '@tanstack/react-query';
import type { ApiClient } from '../api/client';
import type { User } from '../api/types';
import { Outbox } from './outbox';
import { Preview } from './preview';
import { ProjectModel } from './project';
import { RunModel } from './runs';
import { openStorage } from './storage';
import { Store } from './store';
import type { Key } from './tree';

export type SessionState =
  { status: 'starting' } | { status: 'ready' } | { status: 'failed'; message: string };

export class Session {
  readonly state = new Store<SessionState>({ status: 'starting' });
  /** Who this is; known when the session is ready. */
  user: User | null = null;
  private outbox: Outbox | null = null;
  private starting: Promise<void> | null = null;
  private readonly projects = new Map<string, ProjectModel>();
  private readonly runs = new Map<string, RunModel>();
  private readonly previews = new Map<string, Preview>();

  constructor(
    readonly api: ApiClient,
    readonly queries: QueryClient,
    /** Tells two servers at one address apart (their base URLs). */
    private readonly place: string
  ) {}

  /** Learn who this is and take over what an earlier page could not send. */
  start(): Promise<void> {
    this.starting ??= this.open().catch((error: unknown) => {
      this.starting = null;
      const message = error instanceof Error ? error.message : String(error);
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
      project = new ProjectModel(id, this.api, this.outbox.queue(id));
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
    return this.kept(this.runs, `${projectId}/${promptKey}`, () => new RunModel(this.api));
  }

  preview(projectId: string, promptKey: Key): Preview {
    return this.kept(
      this.previews,
      `${projectId}/${promptKey}`,
      () => new Preview(this.api, this.project(projectId), promptKey)
    );
  }

  /** A project that was deleted is not kept. */
  forget(projectId: string): void {
    this.projects.delete(projectId);
  }

  /** Keep what is being typed; called when the page may go away. */
  capture(): void {
    for (const project of this.projects.values()) {
      project.texts.capture();
    }
  }

  /** The page is looked at again, or the network is back. */
  wake(): void {
    this.outbox?.retryAll();
    for (const project of this.projects.values()) {
      void project.refresh();
    }
  }

  private async open(): Promise<void> {
    this.state.set({ status: 'starting' });
    const user = await this.api.me();
    this.user = user;
    const storage = await openStorage(`promptyflow-outbox ${this.place} ${user.id}`);
    const outbox = new Outbox(this.api, storage);
    await outbox.recover();
    this.outbox = outbox;
    this.state.set({ status: 'ready' });
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
