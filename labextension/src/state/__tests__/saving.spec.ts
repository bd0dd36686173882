import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../outbox';
import type { ProjectModel as Model } from '../project';
import { ProjectModel } from '../project';
import type { KeptStorage } from '../storage';
import { IndexedDbStorage, MemoryStorage } from '../storage';
import { FakeServer } from './fakeServer';

let server: FakeServer;
let storage: KeptStorage;

async function open(from: KeptStorage = storage): Promise<Model> {
  const outbox = new Outbox(server.api, from, () => Promise.resolve(true));
  await outbox.recover();
  const project = new ProjectModel('project', server.api, outbox.queue('project'));
  await project.load();
  return project;
}

async function text(project: Model, key: string): Promise<string> {
  const state = project.texts.state(key);
  await vi.waitFor(() => expect(state.get().status).toBe('ready'));
  const ready = state.get();
  return ready.status === 'ready' ? ready.text : '';
}

function type(project: Model, key: string, typed: string): void {
  project.texts.touch(key, () => typed);
}

const status = (project: Model): string => project.queue.state.get().status;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  storage = new MemoryStorage();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('typing', () => {
  it('is sent once it rests, as one whole content for a short text', async () => {
    const item = server.addItem(server.addBlock().id, 'old');
    const project = await open();
    const key = `b1.i${item.id}`;
    await text(project, key);
    type(project, key, 'n');
    await vi.advanceTimersByTimeAsync(300);
    type(project, key, 'new');
    await vi.advanceTimersByTimeAsync(300);
    expect(server.writes).toEqual([]);
    expect(status(project)).toBe('saving');
    await vi.advanceTimersByTimeAsync(300);
    expect(server.writes).toHaveLength(1);
    expect(server.writes[0]?.body).toEqual({
      operations: [
        { op: 'update', blockId: 1, itemId: item.id, content: 'new', version: expect.any(Number) }
      ]
    });
    expect(item.content).toBe('new');
    expect(status(project)).toBe('saved');
  });

  it('sends the difference of a large text, in code points', async () => {
    const item = server.addItem(server.addBlock().id, '😀'.repeat(5000));
    const project = await open();
    const key = `b1.i${item.id}`;
    const before = await text(project, key);
    type(project, key, `${before}!`);
    await project.flush();
    expect(server.writes[0]?.body).toMatchObject({
      operations: [{ splice: { start: 5000, deleteCount: 0, insert: '!' } }]
    });
    expect(item.content).toBe(`${before}!`);
    type(project, key, `${before}!?`);
    await project.flush();
    expect(item.content).toBe(`${before}!?`);
    expect(server.writes).toHaveLength(2);
  });

  it('that never rests is kept every five seconds', async () => {
    const item = server.addItem(server.addBlock().id, '');
    const project = await open();
    const key = `b1.i${item.id}`;
    await text(project, key);
    for (let k = 1; k <= 30; k++) {
      type(project, key, 'x'.repeat(k));
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(server.writes.length).toBeGreaterThan(0);
  });

  it('continues on the outcome of what is on its way', async () => {
    const item = server.addItem(server.addBlock().id, 'a');
    const project = await open();
    const key = `b1.i${item.id}`;
    await text(project, key);
    type(project, key, 'ab');
    project.texts.capture();
    const first = project.flush();
    type(project, key, 'abc');
    project.texts.capture();
    await first;
    await project.flush();
    expect(item.content).toBe('abc');
    expect(status(project)).toBe('saved');
    expect(project.queue.state.get().conflicts).toEqual([]);
  });
});

describe('new nodes', () => {
  it('made before the server knew their parents are named by reference', async () => {
    const project = await open();
    const block = project.add(null, { title: 'Docs' });
    const item = project.add(block, { title: 'One', content: 'text' });
    await project.flush();
    expect(server.writes).toHaveLength(1);
    expect(server.writes[0]?.body).toEqual({
      operations: [
        { op: 'addBlock', clientId: block, title: 'Docs' },
        { op: 'addItem', blockId: { ref: block }, clientId: item, title: 'One', content: 'text' }
      ]
    });
    expect(server.blocks[0]?.children[0]?.content).toBe('text');
  });

  it('keep their key when the server has named them, and take its title', async () => {
    const project = await open();
    const key = project.add(null);
    await project.flush();
    expect(project.tree.blocks[0]).toMatchObject({ key, title: 'Made up' });
    await project.load();
    expect(project.tree.blocks[0]?.key).toBe(key);
  });

  it('typed into before they are confirmed need only one operation', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push('down');
    const key = project.add(`b${block.id}`, { title: 'New' });
    type(project, key, 'typed');
    project.texts.capture();
    await project.flush();
    await project.flush();
    expect(block.children.map(node => node.content)).toEqual(['typed']);
  });

  it('can be selected in a prompt that is new as well', async () => {
    const block = server.addBlock();
    const project = await open();
    const item = project.add(`b${block.id}`, { title: 'New', content: 'text' });
    const prompt = project.addPrompt({ title: 'Ask' });
    await project.flush();
    project.select(prompt, [item]);
    await project.flush();
    expect(server.prompts[0]?.selectedContext).toEqual([
      { blockId: block.id, itemId: block.children[0]?.id, order: 1 }
    ]);
  });
});

describe('without a network', () => {
  it('changes are kept, told, and sent in order when it is back', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push('down', 'down');
    project.add(`b${block.id}`, { title: 'One' });
    await project.flush();
    project.add(`b${block.id}`, { title: 'Two' });
    project.retitle(`b${block.id}`, 'Renamed');
    await vi.advanceTimersByTimeAsync(0);
    expect(status(project)).toBe('offline');
    expect(project.queue.state.get().pending).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(status(project)).toBe('saved');
    expect(block.children.map(node => node.title)).toEqual(['One', 'Two']);
    expect(block.title).toBe('Renamed');
  });

  it('a lost answer is asked for again under the same key and applied once', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push('answer lost');
    project.add(`b${block.id}`, { title: 'Once' });
    await project.flush();
    await project.flush();
    expect(block.children).toHaveLength(1);
    expect(server.writes.map(write => write.key)).toHaveLength(2);
    expect(new Set(server.writes.map(write => write.key)).size).toBe(1);
    expect(status(project)).toBe('saved');
  });

  it('a closed page loses nothing: the next one sends it first', async () => {
    const block = server.addBlock();
    const item = server.addItem(block.id, 'old');
    const key = `b1.i${item.id}`;
    vi.useRealTimers();
    const before = await IndexedDbStorage.open('closed page');
    const first = await open(before);
    await text(first, key);
    server.faults.push('down', 'down');
    const added = first.add(`b${block.id}`, { title: 'Offline' });
    type(first, key, 'typed offline');
    type(first, added, 'in a new item');
    await first.flush();
    await first.queue.durable();

    server.faults.length = 0;
    const second = await open(await IndexedDbStorage.open('closed page'));
    expect(item.content).toBe('typed offline');
    expect(block.children.map(node => node.title)).toEqual(['Item', 'Offline']);
    expect(await text(second, key)).toBe('typed offline');
    await second.queue.durable();
    expect(await before.read()).toEqual([]);
  });

  it('the changes of a page that still lives are left to it', async () => {
    await storage.write([['project/other-page/entry/000000001', { seq: 1 }]]);
    const outbox = new Outbox(server.api, storage, page => Promise.resolve(page !== 'other-page'));
    await outbox.recover();
    expect(outbox.queue('project').pendingChanges).toEqual([]);
    expect(await storage.read()).toHaveLength(1);
  });
});

describe('a conflict', () => {
  async function conflicting(mine: string, theirs: string): Promise<[Model, string]> {
    const item = server.addItem(server.addBlock().id, 'base');
    const project = await open();
    const key = `b1.i${item.id}`;
    await text(project, key);
    server.edit(item, theirs);
    type(project, key, mine);
    await project.flush();
    return [project, key];
  }
  const content = (): string | undefined => server.blocks[0]?.children[0]?.content;

  it('shows both texts and changes neither', async () => {
    const [project, key] = await conflicting('mine', 'theirs');
    expect(status(project)).toBe('conflict');
    expect(await project.conflicts.whole(key)).toMatchObject({
      mine: { text: 'mine' },
      theirs: { text: 'theirs' }
    });
    expect(content()).toBe('theirs');
    expect(await text(project, key)).toBe('mine');
  });

  it.each([
    ['mine', 'mine'],
    ['theirs', 'theirs'],
    ['both', 'theirs\n\nmine']
  ] as const)('decided for %s leaves %j on both sides', async (choice, outcome) => {
    const [project, key] = await conflicting('mine', 'theirs');
    project.conflicts.decide(key, choice);
    await project.flush();
    expect(content()).toBe(outcome);
    expect(await text(project, key)).toBe(outcome);
    expect(status(project)).toBe('saved');
  });

  it('does not hold up changes to other nodes', async () => {
    const [project] = await conflicting('mine', 'theirs');
    project.retitle('b1', 'Renamed');
    await project.flush();
    expect(server.blocks[0]?.title).toBe('Renamed');
    expect(status(project)).toBe('conflict');
  });

  it('takes in what is typed on while it is open', async () => {
    const [project, key] = await conflicting('mine', 'theirs');
    type(project, key, 'mine, and more');
    await project.flush();
    expect(project.queue.state.get().conflicts).toHaveLength(1);
    project.conflicts.decide(key, 'mine');
    await project.flush();
    expect(content()).toBe('mine, and more');
    expect(status(project)).toBe('saved');
  });

  it('is none where both sides wrote the same', async () => {
    const [project] = await conflicting('same', 'same');
    expect(status(project)).toBe('saved');
  });

  it('is none where the others only touched something else of the node', async () => {
    const item = server.addItem(server.addBlock().id, 'base');
    const project = await open();
    const key = `b1.i${item.id}`;
    await text(project, key);
    server.edit(item, 'base'); // a new version, the same text
    type(project, key, 'mine');
    await project.flush();
    expect(item.content).toBe('mine');
    expect(status(project)).toBe('saved');
  });
});

describe('a refusal', () => {
  const refused = (): Response =>
    new Response(JSON.stringify({ error: 'PAYLOAD_TOO_LARGE', message: 'Too large.' }), {
      status: 413
    });

  it('stops at the change it concerns and says why', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push(refused(), refused());
    project.add(`b${block.id}`, { title: 'Too large' });
    project.add(`b${block.id}`, { title: 'Fine' });
    await project.flush();
    expect(status(project)).toBe('failed');
    expect(project.queue.state.get().failure).toEqual({
      code: 'PAYLOAD_TOO_LARGE',
      message: 'Too large.'
    });
    await project.discardRefused();
    await project.flush();
    expect(block.children.map(node => node.title)).toEqual(['Fine']);
    expect(project.tree.blocks[0]?.children.map(node => node.title)).toEqual(['Fine']);
  });

  it('is over when a later change makes it possible', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push(refused());
    const item = project.add(`b${block.id}`, { title: 'Too large' });
    await project.flush();
    expect(status(project)).toBe('failed');
    type(project, item, 'shorter');
    await project.flush();
    expect(status(project)).toBe('saved');
    expect(block.children.map(node => node.content)).toEqual(['shorter']);
  });

  it('for too many requests waits as long as the server asks', async () => {
    const block = server.addBlock();
    const project = await open();
    server.faults.push(
      new Response(JSON.stringify({ error: 'RATE_LIMITED', message: 'Slow down.' }), {
        status: 429,
        headers: { 'Retry-After': '20' }
      })
    );
    project.add(`b${block.id}`, { title: 'Later' });
    await vi.advanceTimersByTimeAsync(19_000);
    expect(block.children).toEqual([]);
    expect(status(project)).toBe('saving');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(block.children).toHaveLength(1);
  });
});

describe('a deletion', () => {
  it('can be undone with its texts, its place and its selections', async () => {
    const block = server.addBlock();
    const item = server.addItem(block.id, 'kept text');
    const project = await open();
    const key = `b1.i${item.id}`;
    const prompt = project.addPrompt();
    project.select(prompt, [key]);
    const step = await project.remove(key);
    expect(project.tree.blocks[0]?.children).toEqual([]);
    expect(project.tree.prompts[0]?.selected).toEqual([]);
    expect(step).not.toBeNull();
    await project.history.undo(step ?? undefined);
    const back = project.tree.blocks[0]?.children[0];
    expect(back?.title).toBe('Item');
    expect(await text(project, back?.key ?? '')).toBe('kept text');
    expect(project.tree.prompts[0]?.selected).toEqual([back?.key]);
    await project.flush();
    expect(block.children.at(-1)?.content).toBe('kept text');
  });
});
