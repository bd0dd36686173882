import { beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../outbox';
import { ProjectModel } from '../project';
import { MemoryStorage } from '../storage';
import { FakeServer } from './fakeServer';

let server: FakeServer;

async function open(): Promise<ProjectModel> {
  const outbox = new Outbox(server.api, new MemoryStorage(), () => Promise.resolve(true));
  await outbox.recover();
  const project = new ProjectModel('project', server.api, outbox.queue('project'));
  await project.load();
  return project;
}

/** What the server has, and what the person sees. */
function seen(project: ProjectModel): [string[], string[]] {
  return [
    server.blocks.map(({ title, children }) => [title, ...children.map(one => one.title)].join()),
    project.tree.blocks.map(({ title, children }) =>
      [title, ...children.map(one => one.title)].join()
    )
  ];
}

const status = (project: ProjectModel): string => project.queue.state.get().status;

beforeEach(() => {
  server = new FakeServer();
});

describe('what others deleted', () => {
  it('is made anew for what was added to it here', async () => {
    const block = server.addBlock();
    const project = await open();
    server.deleteBlock(block);
    const first = project.add(`b${block.id}`, { title: 'First', content: 'precious' });
    project.add(`b${block.id}`, { title: 'Second' });
    project.texts.touch(first, () => 'precious text');
    await project.flush();
    expect(status(project)).toBe('saved');
    await project.load();
    expect(seen(project)).toEqual([['Context1,First,Second'], ['Context1,First,Second']]);
    expect(server.blocks[0]?.children[0]?.content).toBe('precious text');
    expect(project.tree.blocks[0]?.children[0]?.key).toBe(first);
  });

  it('is made anew for what was moved into it', async () => {
    const [from, to] = [server.addBlock(), server.addBlock()];
    const item = server.addItem(from.id, 'text');
    const project = await open();
    server.deleteBlock(to);
    project.moveTo(`b${from.id}.i${item.id}`, `b${to.id}`, null);
    await project.flush();
    expect(status(project)).toBe('saved');
    await project.load();
    expect(seen(project)).toEqual([
      ['Context1', 'Context1,Item'],
      ['Context1', 'Context1,Item']
    ]);
  });

  it('is not where an undone move goes back to', async () => {
    const [from, to] = [server.addBlock(), server.addBlock()];
    const item = server.addItem(from.id, 'text');
    const project = await open();
    project.moveTo(`b${from.id}.i${item.id}`, `b${to.id}`, null);
    await project.flush();
    server.deleteBlock(from);
    await project.load();
    await project.history.undo();
    await project.flush();
    expect(status(project)).toBe('saved');
    expect(seen(project)).toEqual([['Context1,Item'], ['Context1,Item']]);
  });

  it('is not selected again by an undone selection', async () => {
    const block = server.addBlock();
    const keys = [server.addItem(block.id, 'a'), server.addItem(block.id, 'b')].map(
      item => `b${block.id}.i${item.id}`
    );
    const project = await open();
    const prompt = project.addPrompt();
    project.select(prompt, keys);
    await Promise.resolve();
    project.select(prompt, []);
    await project.flush();
    server.deleteItem(block, block.children[0]!);
    await project.load();
    await project.history.undo();
    expect(project.tree.prompts[0]?.selected).toEqual([keys[1]]);
  });
});

describe('a prompt that others deleted', () => {
  it('is kept as it was: with its variables, its tags and its selection', async () => {
    const block = server.addBlock();
    const item = server.addItem(block.id, 'text');
    const project = await open();
    const prompt = project.addPrompt({ title: 'Ask', wrapInTags: false, variables: { a: 'b' } });
    project.select(prompt, [`b${block.id}.i${item.id}`]);
    await project.flush();
    const promptBlockId = server.prompts[0]?.id;
    const prompts = [{ promptBlockId, version: 0, deleted: true }];
    const gone = { error: 'CONFLICT', message: 'x', details: { version: server.version, prompts } };
    server.faults.push(new Response(JSON.stringify(gone), { status: 409 }));
    project.texts.touch(prompt, () => 'mine');
    await project.flush();
    const kept = project.conflicts.decide(prompt, 'mine');
    expect(project.tree.prompts.find(one => one.key === kept)).toMatchObject({
      ...{ title: 'Ask', template: 'mine', wrapInTags: false, variables: { a: 'b' } },
      selected: [`b${block.id}.i${item.id}`]
    });
    await project.flush();
    expect(status(project)).toBe('saved');
  });
});

describe('a text that others deleted', () => {
  async function deletedWhileTyped(): Promise<[ProjectModel, string]> {
    const block = server.addBlock();
    const item = server.addItem(block.id, 'base');
    const project = await open();
    const key = `b${block.id}.i${item.id}`;
    await project.currentText(key);
    server.deleteItem(block, item);
    project.texts.touch(key, () => 'mine');
    await project.flush();
    expect(project.queue.state.get().conflicts).toMatchObject([{ key, deleted: true }]);
    return [project, key];
  }

  it('is kept as a new one where it stood', async () => {
    const [project, key] = await deletedWhileTyped();
    const kept = project.conflicts.decide(key, 'mine');
    await project.flush();
    await project.load();
    expect(seen(project)).toEqual([['Context1,Item'], ['Context1,Item']]);
    expect(server.blocks[0]?.children[0]?.content).toBe('mine');
    expect(project.tree.blocks[0]?.children[0]?.key).toBe(kept);
  });

  it('is kept even where its block went as well', async () => {
    const [project, key] = await deletedWhileTyped();
    server.deleteBlock(server.blocks[0]!);
    project.conflicts.decide(key, 'mine');
    await project.flush();
    expect(status(project)).toBe('saved');
    expect(seen(project)[0]).toEqual(['Context1,Item']);
  });

  it('needs no decision once it is deleted here as well', async () => {
    const [project, key] = await deletedWhileTyped();
    await project.remove(key);
    await project.flush();
    expect(status(project)).toBe('saved');
    expect(project.queue.state.get().conflicts).toEqual([]);
  });

  it('needs no decision once its block is deleted here', async () => {
    const [project] = await deletedWhileTyped();
    await project.remove('b1');
    await project.flush();
    expect(status(project)).toBe('saved');
  });
});
