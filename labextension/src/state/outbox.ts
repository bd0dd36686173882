/** All unsent changes of one person in this browser: one queue per project, none is ever lost. */
import type { ApiClient } from '../api/client';
import { ApiError, NetworkError } from '../api/errors';
import { uuid } from './identities';
import type { Entry } from './merging';
import { ProjectQueue } from './queue';
import type { QueueMeta } from './records';
import type { FrozenRequest } from './requests';
import type { KeptStorage } from './storage';

/**
 * Claims what another page left behind, and holds the claim while this page lives.
 *
 * False means that the other page is still there and sends its changes itself.
 */
export type Claim = (page: string) => Promise<boolean>;

/** A claim by the browser's lock manager, which frees a lock when its page goes away. */
export const claimByLock: Claim = page => {
  // The lock manager exists on secure pages only (https, localhost).
  const locks = (navigator as Partial<Navigator>).locks;
  if (!locks) {
    return Promise.resolve(true);
  }
  return new Promise(resolve => {
    void locks.request(`promptyflow-page-${page}`, { ifAvailable: true }, lock => {
      resolve(lock !== null);
      return lock ? new Promise<void>(() => undefined) : undefined;
    });
  });
};

/** Answers that somebody else gets, too. */
const NOT_MINE = [401, 403, 404];

export class Outbox {
  private readonly queues = new Map<string, ProjectQueue>();
  private readonly page = uuid();
  private stopped = false;
  /** Something went wrong: whoever is signed in now may be somebody else. */
  private unsure = false;

  constructor(
    private readonly api: ApiClient,
    private readonly storage: KeptStorage,
    private readonly claim: Claim = claimByLock,
    /** Whether it is certainly the same person who is signed in. */
    private readonly verify: () => Promise<boolean> = () => Promise.resolve(true)
  ) {}

  /** Take over the changes of pages that are gone; resolves before any project is opened. */
  async recover(): Promise<void> {
    await this.claim(this.page);
    const records = await this.storage.read();
    const pages = new Map<string, [string, unknown][]>();
    for (const record of records) {
      const page = record[0].split('/')[1] ?? '';
      pages.set(page, [...(pages.get(page) ?? []), record]);
    }
    for (const [page, left] of pages) {
      if (await this.claim(page)) {
        await this.adopt(left);
      }
    }
  }

  queue(projectId: string): ProjectQueue {
    let queue = this.queues.get(projectId);
    if (!queue) {
      queue = new ProjectQueue({
        projectId,
        prefix: `${projectId}/${this.page}`,
        storage: this.storage,
        send: request => this.send(request)
      });
      this.queues.set(projectId, queue);
    }
    return queue;
  }

  /** Send nothing any more: somebody else is signed in. What is kept stays for its owner. */
  stop(): void {
    this.stopped = true;
  }

  /** The network is back, or the page is looked at again. */
  retryAll(): void {
    for (const queue of this.queues.values()) {
      if (queue.state.get().status === 'offline') {
        queue.retry();
      }
    }
  }

  drainAll(): Promise<unknown> {
    return Promise.all([...this.queues.values()].map(queue => queue.drain()));
  }

  private async send({ path, body, idempotencyKey }: FrozenRequest): Promise<unknown> {
    if (this.stopped || (this.unsure && !(await this.verify()))) {
      throw new NetworkError('not sent');
    }
    const headers = { 'Idempotency-Key': idempotencyKey };
    try {
      const answer = await this.api.call(path, { method: 'PATCH', body, headers });
      this.unsure = false;
      return answer;
    } catch (error) {
      this.unsure = true;
      if (error instanceof ApiError && NOT_MINE.includes(error.status)) {
        void this.verify();
      }
      throw error;
    }
  }

  private async adopt(records: readonly [string, unknown][]): Promise<void> {
    const projects = new Map<string, { entries: Entry[]; meta: QueueMeta | null }>();
    for (const [key, value] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [projectId = '', , kind] = key.split('/');
      const left = projects.get(projectId) ?? { entries: [], meta: null };
      projects.set(projectId, left);
      if (kind === 'entry') {
        left.entries.push(value as Entry);
      } else {
        left.meta = value as QueueMeta;
      }
    }
    for (const [projectId, { entries, meta }] of projects) {
      const queue = this.queue(projectId);
      queue.restore(entries, meta);
      await queue.durable();
    }
    await this.storage.write(records.map(([key]) => [key, undefined]));
  }
}
