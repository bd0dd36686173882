import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../api/client';
import type { SplitPreview } from '../../api/types';
import { Outbox } from '../outbox';
import { ProjectModel } from '../project';
import { REST, Splitting, undoSplit } from '../splitting';
import { MemoryStorage } from '../storage';
import { FakeServer } from './fakeServer';

interface Sent {
  path: string;
  body: Record<string, unknown>;
  key: string | null;
  signal: AbortSignal | null;
  answer: (status: number, body: unknown) => void;
  fail: () => void;
}

const WORDS = {
  notSaved: 'not saved',
  refused: (why: string) => `refused: ${why}`
};
const KEEP = { into: 'subItems', keepOriginal: true } as const;

let server: FakeServer;
let project: ProjectModel;
let splitting: Splitting;
let sent: Sent[];
let api: ApiClient;
let key: string;

function preview(version: number, count: number): SplitPreview {
  const part = { start: 0, end: 5, chars: 5, firstLine: 'line', warnings: [] };
  return {
    version,
    chars: 10,
    titleHead: 'B (part ',
    titleTail: ')',
    parts: Array(count).fill(part)
  };
}

const nth = (place: number): Sent => {
  const found = sent.at(place);
  if (!found) {
    throw new Error('nothing was sent');
  }
  return found;
};

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** Let the options rest, and answer what is asked then. */
async function previewed(version = 1, count = 2): Promise<void> {
  splitting.ask({ method: 'sentence', parts: count });
  await vi.advanceTimersByTimeAsync(REST);
  nth(-1).answer(200, preview(version, count));
  await settle();
}

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  const item = server.addItem(server.addBlock().id, 'One. Two. ');
  key = `b1.i${item.id}`;
  const outbox = new Outbox(server.api, new MemoryStorage(), () => Promise.resolve(true));
  await outbox.recover();
  project = new ProjectModel('project', server.api, outbox.queue('project'));
  await project.load();
  sent = [];
  api = new ApiClient(
    (path, init) =>
      new Promise((resolve, reject) => {
        const signal = init.signal ?? null;
        signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
        sent.push({
          path,
          body: JSON.parse(init.body as string) as Record<string, unknown>,
          key: new Headers(init.headers).get('Idempotency-Key'),
          signal,
          answer: (status, body) => resolve(new Response(JSON.stringify(body), { status })),
          fail: () => reject(new TypeError('Failed to fetch'))
        });
      })
  );
  splitting = new Splitting(api, project, key, WORDS);
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a preview', () => {
  it('is asked for once when the options rest', async () => {
    splitting.ask({ method: 'sentence', parts: 2 });
    await vi.advanceTimersByTimeAsync(REST - 1);
    splitting.ask({ method: 'sentence', parts: 25 });
    await vi.advanceTimersByTimeAsync(REST - 1);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(one => one.body)).toEqual([
      { blockId: 1, itemId: 2, method: 'sentence', parts: 25, preview: true }
    ]);
    nth(0).answer(200, preview(1, 25));
    await settle();
    expect(splitting.state.get()).toMatchObject({ fresh: true, error: null });
    expect(splitting.state.get().preview?.parts).toHaveLength(25);
  });

  it('that is outdated is called off and never shown', async () => {
    await previewed(1, 2);
    splitting.ask({ method: 'exact', size: 5 });
    await vi.advanceTimersByTimeAsync(REST);
    splitting.ask({ method: 'exact', size: 6 });
    expect(nth(1).signal?.aborted).toBe(true);
    expect(splitting.state.get().fresh).toBe(false);
    expect(splitting.state.get().preview?.parts).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(REST);
    nth(2).answer(200, preview(1, 3));
    await settle();
    expect(splitting.state.get().preview?.parts).toHaveLength(3);
  });

  it('waits until the server has what was typed', async () => {
    const state = project.texts.state(key);
    await vi.waitFor(() => expect(state.get().status).toBe('ready'));
    project.texts.touch(key, () => 'Typed. Text.');
    splitting.ask({ method: 'sentence' });
    await vi.advanceTimersByTimeAsync(REST);
    expect(server.blocks[0]?.children[0]?.content).toBe('Typed. Text.');
    expect(sent).toHaveLength(1);
  });

  it('says so where the text cannot reach the server', async () => {
    const state = project.texts.state(key);
    await vi.waitFor(() => expect(state.get().status).toBe('ready'));
    server.faults.push('down', 'down', 'down');
    project.texts.touch(key, () => 'Typed. Text.');
    splitting.ask({ method: 'sentence' });
    await vi.advanceTimersByTimeAsync(REST);
    expect(sent).toEqual([]);
    expect(splitting.state.get().error).toBe('not saved');
  });

  it('tells the reason of a refusal, in the words of the server', async () => {
    splitting.ask({ method: 'pattern', pattern: '(' });
    await vi.advanceTimersByTimeAsync(REST);
    nth(0).answer(400, { error: 'INVALID_PATTERN', message: 'No pattern.', details: {} });
    await settle();
    expect(splitting.state.get()).toMatchObject({ error: 'No pattern.', fresh: false });
    splitting.ask({ method: 'exact', size: 1 });
    expect(splitting.state.get().error).toBeNull();
    await vi.advanceTimersByTimeAsync(REST);
    const details = { errors: { method: 'would make more than 5000 parts' } };
    nth(1).answer(400, { error: 'VALIDATION_ERROR', message: 'x', details });
    await settle();
    expect(splitting.state.get().error).toBe('refused: would make more than 5000 parts');
  });

  it('is not asked for while a field is empty', async () => {
    await previewed();
    splitting.ask(null);
    await vi.advanceTimersByTimeAsync(REST * 2);
    expect(sent).toHaveLength(1);
    expect(splitting.state.get().fresh).toBe(false);
  });
});

describe('applying', () => {
  const answer = { version: 5, chars: 20, moved: [], nodes: [] };

  it('makes nodes of the very parts that were shown', async () => {
    await previewed(7, 3);
    const done = splitting.apply({ ...KEEP, chosen: [0, 2] });
    await settle();
    expect(splitting.state.get().applying).toBe(true);
    expect(nth(1).body).toEqual({
      ...{ blockId: 1, itemId: 2, method: 'sentence', parts: 3, version: 7 },
      ...{ into: 'subItems', keepOriginal: true, chosen: [0, 2] }
    });
    nth(1).answer(200, { ...answer, parts: [{ blockId: 1, itemId: 2, subItemId: 1 }] });
    expect(await done).toEqual({
      version: 5,
      parts: ['b1.i2.s1'],
      original: key,
      source: key
    });
    expect(splitting.state.get().applying).toBe(false);
  });

  it('knows where a sub-item went that became an item', async () => {
    await previewed();
    const done = splitting.apply(KEEP);
    await settle();
    const to = { blockId: 1, itemId: 9 };
    nth(1).answer(200, { ...answer, parts: [to], moved: [{ from: { blockId: 1 }, to }] });
    expect(await done).toMatchObject({ source: 'b1.i9', original: key });
  });

  it('is not possible before the preview is there', async () => {
    expect(await splitting.apply(KEEP)).toBeNull();
    splitting.ask({ method: 'sentence' });
    await vi.advanceTimersByTimeAsync(REST);
    expect(await splitting.apply(KEEP)).toBeNull();
    expect(sent).toHaveLength(1);
  });

  it('again after a broken connection says the same under the same key', async () => {
    await previewed();
    const first = splitting.apply(KEEP);
    await settle();
    nth(1).fail();
    expect(await first).toBeNull();
    expect(splitting.state.get()).toMatchObject({
      error: 'The server does not answer.',
      fresh: true
    });
    void splitting.apply(KEEP);
    await settle();
    expect(nth(2).key).toBe(nth(1).key);
    nth(2).fail();
    await settle();
    void splitting.apply({ ...KEEP, keepOriginal: false });
    await settle();
    expect(nth(3).key).not.toBe(nth(1).key);
  });

  it('on a text that moved on shows what it is now, and why', async () => {
    await previewed(1, 2);
    const done = splitting.apply(KEEP);
    await settle();
    nth(1).answer(409, { error: 'CONFLICT', message: 'It changed.', details: {} });
    expect(await done).toBeNull();
    await settle();
    expect(nth(2).body['preview']).toBe(true);
    nth(2).answer(200, preview(2, 4));
    await settle();
    expect(splitting.state.get()).toMatchObject({ fresh: true, error: 'It changed.' });
    expect(splitting.state.get().preview?.version).toBe(2);
  });
});

describe('undoing', () => {
  it('takes the version back once, however often it is asked', async () => {
    void undoSplit(api, project, 5);
    await settle();
    void undoSplit(api, project, 5);
    await settle();
    expect(sent.map(one => one.path)).toEqual(Array(2).fill('api/projects/project/history/5/undo'));
    expect(nth(0).key).toBe(nth(1).key);
    const loads = server.requests.filter(one => one.method === 'GET').length;
    nth(0).answer(200, { version: 6, chars: 10 });
    await settle();
    expect(server.requests.filter(one => one.method === 'GET')).toHaveLength(loads + 1);
  });
});
