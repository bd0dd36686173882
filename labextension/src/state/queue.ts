/** The unsent changes of one project: kept, sent strictly one request after another, confirmed. */
import { ApiError } from '../api/errors';
import type { Clash } from '../api/types';
import type { Change } from './changes';
import type { Conflict } from './conflicts';
import { sortClash } from './conflicts';
import type { Answer } from './answers';
import { createdIn, movedIn, versionsIn } from './answers';
import { Identities, newKey, uuid } from './identities';
import type { Entry } from './merging';
import { absorbed, queued, rehomed, withoutDeleted } from './merging';
import type { QueueMeta } from './records';
import { QueueRecords } from './records';
import type { Base, FrozenRequest } from './requests';
import { requestFor } from './requests';
import { Store } from './store';
import type { KeptStorage } from './storage';
import type { Key } from './tree';

export type SaveStatus = 'saved' | 'saving' | 'offline' | 'conflict' | 'failed';

export interface SaveState {
  status: SaveStatus;
  /** Changes the server has not confirmed. */
  pending: number;
  conflicts: readonly Conflict[];
  failure: { code: string; message: string } | null;
  savedAt: number | null;
}

/** What the queue asks and tells the project that is open. */
export interface QueueOwner {
  baseOf(key: Key): Base | null;
  /** All nodes it knows. */
  keys(): Iterable<Key>;
  titleOf(key: Key): string | null;
  /** The server has this version, in which others have a part. */
  heard(version: number): void;
  confirmed(changes: readonly Change[], answer: Answer): void;
}

export interface QueueOptions {
  projectId: string;
  /** Where in the storage this queue's records lie. */
  prefix: string;
  storage: KeptStorage;
  send: (request: FrozenRequest) => Promise<unknown>;
  now?: () => number;
}

/** Requests of one busy editor stay this far apart (rate limits); a flush does not wait. */
const INTERVAL = 1000;
const BACKOFF = [1000, 2000, 4000, 8000, 15000, 30000];
const MOST_OPERATIONS = 200;
const MOST_TEXT = 4_000_000;
/** How often an answer 500 is tried again before it is told. */
const TRIES = 3;

export class ProjectQueue {
  readonly state = new Store<SaveState>({
    status: 'saved',
    pending: 0,
    conflicts: [],
    failure: null,
    savedAt: null
  });
  readonly identities = new Identities();
  owner: QueueOwner | null = null;

  private entries: Entry[] = [];
  private conflicts: Conflict[] = [];
  private versions = new Map<Key, number>();
  private unsaved = 0;
  private seq = 0;
  private attempts = 0;
  private oneByOne = 0;
  private offline = false;
  private failure: SaveState['failure'] = null;
  private sentAt = -INTERVAL;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private pumping: Promise<void> | null = null;
  private readonly records: QueueRecords;
  private readonly now: () => number;

  constructor(private readonly options: QueueOptions) {
    this.now = options.now ?? (() => Date.now());
    this.records = new QueueRecords(options.storage, options.prefix);
  }

  get pendingChanges(): readonly Change[] {
    return this.entries.map(entry => entry.change);
  }

  /** Take over what an earlier page left behind; older changes come first. */
  restore(entries: readonly Entry[], meta: QueueMeta | null): void {
    for (const [key, identity] of meta?.identities ?? []) {
      this.identities.assign(key, identity);
    }
    this.conflicts.push(...(meta?.conflicts ?? []));
    this.entries.push(...entries.map(entry => ({ ...entry, seq: ++this.seq })));
    this.records.write(this.entries);
    this.writeMeta();
    this.publish();
    this.schedule(0);
  }

  /** Tell how many editors hold text that is not in the queue yet. */
  setUnsaved(count: number): void {
    this.unsaved = count;
    this.publish();
  }

  enqueue(change: Change): void {
    if (absorbed(change, this.conflicts)) {
      this.writeMeta();
      return;
    }
    if (change.op === 'delete') {
      this.conflicts = withoutDeleted(this.conflicts, change.key, this.identities);
      this.writeMeta();
    }
    // What is changed now may be what lets a refused change pass: a shorter text, room made.
    this.failure = null;
    this.oneByOne = 0;
    const { entries, touched, stale } = queued(this.entries, change, this.seq + 1);
    this.entries = entries;
    this.seq = Math.max(this.seq, touched.seq);
    this.records.replace(stale, [touched]);
    this.publish();
    this.schedule(0);
  }

  /** Send all there is now, without waiting for the pace; true if everything is confirmed. */
  async drain(): Promise<boolean> {
    while (this.pumping) {
      await this.pumping;
    }
    await this.pump(true);
    return this.entries.length === 0;
  }

  /** Try again now: the network is back, or the person asks for it. */
  retry(): void {
    this.failure = null;
    this.attempts = 0;
    this.publish();
    void this.pump(true);
  }

  /** Give up the change the server refuses. */
  discardFailed(): void {
    const [refused] = this.entries.splice(0, 1);
    if (refused) {
      this.records.erase([refused]);
    }
    this.retry();
  }

  /** Remove a conflict that has been decided. */
  takeConflict(key: Key): void {
    this.conflicts = this.conflicts.filter(conflict => conflict.key !== key);
    this.writeMeta();
    this.publish();
  }

  /** All writes so far are on the disk. */
  durable(): Promise<void> {
    return this.records.durable();
  }

  private schedule(least: number): void {
    if (this.timer === null && !this.failure) {
      const pace = Math.max(least, this.sentAt + INTERVAL - this.now(), 0);
      this.timer = setTimeout(() => {
        this.timer = null;
        void this.pump(false);
      }, pace);
    }
  }

  private pump(urgent: boolean): Promise<void> {
    this.pumping ??= this.run(urgent).finally(() => {
      this.pumping = null;
    });
    return this.pumping;
  }

  private async run(urgent: boolean): Promise<void> {
    while (this.entries.length > 0 && !this.failure) {
      if (!urgent && this.now() < this.sentAt + INTERVAL) {
        this.schedule(0);
        return;
      }
      const request = this.entries[0]?.frozen ?? this.freeze();
      if (!request) {
        continue;
      }
      await this.records.durable();
      this.sentAt = this.now();
      try {
        const answer = await this.options.send(request);
        this.confirm(request, answer as Answer);
      } catch (error) {
        if (!this.recover(error, request)) {
          return;
        }
      }
    }
  }

  /** Fix what the next request says, so that a repeat says exactly the same. */
  private freeze(): FrozenRequest | null {
    const batch = this.batch();
    const head = batch[0];
    const wire = requestFor(
      batch.map(entry => entry.change),
      {
        projectId: this.options.projectId,
        identities: this.identities,
        versionOf: key => this.versions.get(key) ?? null,
        baseOf: key => this.owner?.baseOf(key) ?? null
      }
    );
    if (!head || !wire) {
      this.entries.splice(0, batch.length);
      this.records.erase(batch);
      this.publish();
      return null;
    }
    head.frozen = { idempotencyKey: uuid(), ...wire, count: batch.length };
    this.records.write([head]);
    return head.frozen;
  }

  private batch(): Entry[] {
    const kind = this.entries[0]?.change.kind;
    const most = this.oneByOne > 0 || kind === 'project' ? 1 : MOST_OPERATIONS;
    this.oneByOne = Math.max(0, this.oneByOne - 1);
    const batch: Entry[] = [];
    let text = 0;
    for (const entry of this.entries) {
      const { change } = entry;
      text += 'content' in change ? (change.content?.length ?? 0) : 0;
      const full = batch.length >= most || (batch.length > 0 && text > MOST_TEXT);
      if (change.kind !== kind || full) {
        break;
      }
      batch.push(entry);
      if ('parent' in change && change.op === 'move') {
        break; // what comes behind it is said in the ids it gets
      }
    }
    return batch;
  }

  private confirm(request: FrozenRequest, answer: Answer): void {
    this.offline = false;
    this.attempts = 0;
    const sent = this.entries.splice(0, request.count);
    const changes = sent.map(entry => entry.change);
    for (const { from, to } of movedIn(answer)) {
      this.identities.move(from, to, this.owner?.keys() ?? []);
    }
    for (const [key, identity] of createdIn(answer)) {
      this.identities.assign(key, identity);
    }
    const versions = versionsIn(answer, this.identities);
    for (const change of changes) {
      // Only what was compared with a version: a move may hide somebody else's edit.
      if (change.op === 'add' || change.op === 'update') {
        const version = versions.get(change.key);
        if (version !== undefined) {
          this.versions.set(change.key, version);
        }
      }
    }
    this.records.erase(sent);
    this.writeMeta();
    this.owner?.confirmed(changes, answer);
    this.publish(this.entries.length === 0);
  }

  /** Deal with a refusal; true if the queue can go on at once. */
  private recover(error: unknown, request: FrozenRequest): boolean {
    const refusal = error instanceof ApiError ? error : null;
    if (!refusal || refusal.transient || (refusal.status === 500 && this.attempts < TRIES)) {
      this.offline = refusal?.status !== 429;
      const pause = BACKOFF[Math.min(this.attempts++, BACKOFF.length - 1)] ?? INTERVAL;
      this.publish();
      this.schedule(refusal?.retryAfter ?? pause);
      return false;
    }
    this.offline = false;
    if (refusal.status === 409 && this.setAside(request, clashesIn(refusal))) {
      this.owner?.heard(Number(refusal.details['version'] ?? 0));
      return true;
    }
    if (request.count > 1) {
      this.thaw();
      this.oneByOne = request.count; // find the one that is refused
      return true;
    }
    this.thaw();
    this.failure = { code: refusal.code, message: refusal.message };
    this.publish();
    return false;
  }

  /** Take what clashes out of the queue, so that everything else goes on. */
  private setAside(request: FrozenRequest, clashes: readonly Clash[]): boolean {
    this.thaw();
    const batch = this.entries.slice(0, request.count);
    let progress = false;
    for (const clash of clashes) {
      const key = this.keyOf(clash);
      for (const entry of batch) {
        const verdict = sortClash(entry.change, key, clash, this.owner?.baseOf(key) ?? null);
        if (verdict === null) {
          continue;
        }
        progress = true;
        if ('rebased' in verdict) {
          entry.change = verdict.rebased;
          this.records.write([entry]);
        } else {
          this.entries = this.entries.filter(other => other !== entry);
          this.records.erase([entry]);
          if ('conflict' in verdict) {
            this.conflicts.push(verdict.conflict);
          }
        }
      }
    }
    for (const clash of clashes) {
      progress = this.makeAnew(clash) || progress;
    }
    this.writeMeta();
    this.publish();
    return progress;
  }

  /** What was put into something that others deleted is not lost: that is made anew for it. */
  private makeAnew(clash: Clash): boolean {
    const { deleted, blockId, itemId } = clash;
    if (!deleted || blockId === undefined) {
      return false;
    }
    const gone = this.keyOf(clash);
    const title = this.owner?.titleOf(gone) ?? null;
    const place =
      itemId === undefined
        ? ({ level: 'block', parent: null } as const)
        : ({ level: 'item', parent: this.identities.keyOf({ blockId }) } as const);
    const home = { kind: 'context', op: 'add', key: newKey(), ...place, title } as const;
    const entries = rehomed(this.entries, gone, home);
    if (entries) {
      const anew = entries.map(entry => ({ ...entry, seq: ++this.seq }));
      this.records.replace(this.entries, anew);
      this.entries = anew;
    }
    return entries !== null;
  }

  private keyOf(clash: Clash): Key {
    return clash.promptBlockId === undefined
      ? this.identities.keyOf({ blockId: 0, ...clash })
      : this.identities.promptKeyOf(clash.promptBlockId);
  }

  private thaw(): void {
    const head = this.entries[0];
    if (head) {
      head.frozen = null;
      this.records.write([head]);
    }
  }

  private writeMeta(): void {
    const needed = this.entries.length > 0 || this.conflicts.length > 0;
    const { conflicts } = this;
    this.records.writeMeta(needed ? { identities: this.identities.entries(), conflicts } : null);
  }

  private publish(saved = false): void {
    const pending = this.entries.length + this.unsaved;
    const status: SaveStatus = this.failure
      ? 'failed'
      : this.conflicts.length > 0
        ? 'conflict'
        : pending === 0
          ? 'saved'
          : this.offline
            ? 'offline'
            : 'saving';
    this.state.set({
      status,
      pending,
      conflicts: [...this.conflicts],
      failure: this.failure,
      savedAt: saved ? this.now() : this.state.get().savedAt
    });
  }
}

function clashesIn(refusal: ApiError): Clash[] {
  const { nodes = [], prompts = [] } = refusal.details as { nodes?: Clash[]; prompts?: Clash[] };
  return [...nodes, ...prompts];
}
