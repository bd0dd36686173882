import { beforeEach, describe, expect, it } from 'vitest';
import { editBetween } from '../history';
import { Outbox } from '../outbox';
import { ProjectModel } from '../project';
import { MemoryStorage } from '../storage';
import { FakeServer } from './fakeServer';

let server: FakeServer;
let project: ProjectModel;
let docs: string;

/** The project in a line: `Docs(One=1 Two=3) | P[One]`. */
function seen(): string {
  const { blocks, prompts } = project.tree;
  const titles = new Map<string, string>();
  const lines = blocks.map(block => {
    const items = block.children.map(item => {
      titles.set(item.key, item.title ?? '?');
      const subs = item.children.map(sub => sub.title).join(' ');
      return `${item.title}=${item.ownChars}${subs && `(${subs})`}`;
    });
    return `${block.title}(${items.join(' ')})`;
  });
  const chosen = prompts.map(
    prompt => `${prompt.title}[${prompt.selected.map(key => titles.get(key)).join(' ')}]`
  );
  return [...lines, ...chosen].join(' | ');
}

/** What is done in one gesture; then the moment is over. */
async function once<T>(act: () => T | Promise<T>): Promise<T> {
  const result = await act();
  await Promise.resolve();
  return result;
}

beforeEach(async () => {
  server = new FakeServer();
  const outbox = new Outbox(server.api, new MemoryStorage(), () => Promise.resolve(true));
  await outbox.recover();
  project = new ProjectModel('project', server.api, outbox.queue('project'));
  await project.load();
  docs = await once(() => project.add(null, { title: 'Docs' }));
});

describe('undo and redo', () => {
  it('go back and forth over everything that was done', async () => {
    const states = [seen()];
    const act = async (change: () => unknown): Promise<void> => {
      await once(change);
      states.push(seen());
    };
    let one = '';
    let prompt = '';
    await act(() => (one = project.add(docs, { title: 'One', content: 'a' })));
    await act(() => project.add(docs, { title: 'Two', content: 'abc' }));
    await act(() => project.retitle(one, 'First'));
    await act(() => project.step(one, 1));
    await act(() => (prompt = project.addPrompt({ title: 'P' })));
    await act(() => project.select(prompt, [one]));
    await act(() => project.remove(one));
    await act(() => project.removePrompt(prompt));
    await act(() => project.rename('Renamed'));

    expect(states.at(-2)).toBe('Docs(Two=3)');
    for (const state of states.slice(0, -1).toReversed()) {
      await project.history.undo();
      expect(seen()).toBe(state);
    }
    for (const state of states.slice(1)) {
      await project.history.redo();
      expect(seen()).toBe(state);
    }
    expect(project.tree.name).toBe('Renamed');
    for (const state of states.slice(0, -1).toReversed()) {
      await project.history.undo();
      expect(seen()).toBe(state);
    }
  });

  it('take what one gesture did as one step', async () => {
    const one = await once(() => project.add(docs, { title: 'One', content: 'a' }));
    await once(() => project.select(project.addPrompt({ title: 'P' }), [one]));
    expect(seen()).toBe('Docs(One=1) | P[One]');
    await project.history.undo();
    expect(seen()).toBe('Docs(One=1)');
    await project.history.redo();
    expect(seen()).toBe('Docs(One=1) | P[One]');
  });

  it('bring texts back, typing without a rest in one step', async () => {
    const one = await once(() => project.add(docs, { title: 'One', content: 'start' }));
    for (const text of ['start a', 'start ab']) {
      project.texts.touch(one, () => text);
      project.texts.capture();
    }
    await project.history.undo();
    expect(project.texts.textOf(one)).toBe('start');
    await project.history.redo();
    expect(project.texts.textOf(one)).toBe('start ab');
  });

  it('take back what was typed into a variable in one step, each variable for itself', async () => {
    const prompt = await once(() => project.addPrompt({ title: 'P' }));
    const variables = (): unknown => project.tree.prompts[0]?.variables;
    const type = (typed: Record<string, string>): Promise<void> =>
      once(() => project.updatePrompt(prompt, { variables: typed }));
    await type({ a: 'o' });
    await type({ a: 'on' });
    await type({ a: 'on', b: 't' });
    await type({ a: 'on', b: 'tw' });
    await project.history.undo();
    expect(variables()).toEqual({ a: 'on' });
    await project.history.undo();
    expect(variables()).toEqual({});
    await project.history.redo();
    expect(variables()).toEqual({ a: 'on' });
    await project.history.redo();
    expect(variables()).toEqual({ a: 'on', b: 'tw' });
  });

  it('forget what could be redone once something else is done', async () => {
    await once(() => project.add(docs, { title: 'One' }));
    await project.history.undo();
    await once(() => project.add(docs, { title: 'Two' }));
    expect(await project.history.redo()).toBeNull();
    expect(seen()).toBe('Docs(Two=0)');
  });
});

describe('a move to another parent', () => {
  it('is shown at once, saved, undone, and later changes find the node', async () => {
    const other = await once(() => project.add(null, { title: 'Other' }));
    const one = await once(() => project.add(docs, { title: 'One', content: 'a' }));
    await once(() => project.add(other, { title: 'Two', content: 'b' }));
    await project.flush();
    await once(() => project.moveTo(one, other, null));
    await once(() => project.retitle(one, 'Moved'));
    expect(seen()).toBe('Docs() | Other(Moved=1 Two=1)');
    await project.flush();
    const titles = (): string[][] =>
      server.blocks.map(block => block.children.map(item => item.title));
    expect(titles()).toEqual([[], ['Moved', 'Two']]);
    await project.load();
    expect(project.tree.blocks[1]?.children[0]?.key).toBe(one);

    await project.history.undo();
    await project.history.undo();
    expect(seen()).toBe('Docs(One=1) | Other(Two=1)');
    await project.flush();
    expect(titles()).toEqual([['One'], ['Two']]);
  });

  it('makes an item a sub-item where it goes into an item', async () => {
    const one = await once(() => project.add(docs, { title: 'One' }));
    const two = await once(() => project.add(docs, { title: 'Two' }));
    await once(() => project.moveTo(two, one, null));
    expect(seen()).toBe('Docs(One=0(Two))');
    await project.history.undo();
    expect(seen()).toBe('Docs(One=0 Two=0)');
  });
});

describe('the stretch in which two texts differ', () => {
  it.each([
    ['abc', 'abXc', { start: 2, removed: '', inserted: 'X' }],
    ['aaa', 'aa', { start: 2, removed: 'a', inserted: '' }],
    ['one two', 'one three', { start: 5, removed: 'wo', inserted: 'hree' }],
    ['', 'new', { start: 0, removed: '', inserted: 'new' }]
  ])('%s → %s', (before, after, edit) => {
    expect(editBetween(before, after)).toEqual(edit);
  });
});
