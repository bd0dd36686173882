import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../api/client';
import { ProjectModel } from '../../state/project';
import { Outbox } from '../../state/outbox';
import { Preview } from '../../state/preview';
import { RunModel } from '../../state/runs';
import type { Session } from '../../state/session';
import { MemoryStorage } from '../../state/storage';
import { Store } from '../../state/store';
import { ViewModel } from '../../state/view';
import type { Traits } from '../bridge';
import { Bridge } from '../bridge';

/** An ipywidgets model without ipywidgets: what is set is what Python would see. */
class FakeTraits implements Traits {
  saved: Record<string, unknown>[] = [];
  private changed = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(readonly values: Record<string, unknown>) {}

  get(name: string): unknown {
    return this.values[name];
  }

  set(values: Record<string, unknown>): void {
    Object.assign(this.values, values);
    this.changed = new Set(Object.keys(values));
    this.listeners.forEach(listener => listener());
  }

  hasChanged(name: string): boolean {
    return this.changed.has(name);
  }

  save_changes(): void {
    this.saved.push({ ...this.values });
  }

  on(_event: 'change', callback: () => void): void {
    this.listeners.add(callback);
  }

  off(_event: 'change', callback: () => void): void {
    this.listeners.delete(callback);
  }
}

const item = (id: number): object => ({
  ...{ id, title: `Item${id}`, chars: 1, contentChars: 1, version: 1 },
  subItems: []
});
const prompt = (id: number): object => ({
  ...{ id, title: `Prompt${id}`, template: '', wrapInTags: true, version: 1 },
  selectedContext: id === 1 ? [{ blockId: 1, itemId: 1, order: 1 }] : []
});
const PROJECT = {
  ...{ id: 'project', name: 'P', version: 1, role: 'owner' },
  data: {
    contextBlocks: [{ id: 1, title: 'B', chars: 2, version: 1, items: [item(1), item(2)] }],
    promptBlocks: [prompt(1), prompt(2)]
  }
};

let view: ViewModel;
let project: ProjectModel;

async function bridge(traits: FakeTraits): Promise<void> {
  const api = new ApiClient(path =>
    Promise.resolve(
      new Response(
        JSON.stringify(
          path.endsWith('/compile')
            ? { compiled: 'the prompt', missingVariables: [] }
            : path.startsWith('ai/')
              ? { items: [] }
              : path.endsWith('-blocks')
                ? { version: 2, prompts: [], created: {} }
                : PROJECT
        )
      )
    )
  );
  const outbox = new Outbox(api, new MemoryStorage(), () => Promise.resolve(true));
  project = new ProjectModel('project', api, outbox.queue('project'));
  const run = new RunModel(api);
  const previews = new Map<string, Preview>();
  const session = {
    state: new Store({ status: 'ready' }),
    start: () => Promise.resolve(),
    project: () => project,
    run: () => run,
    preview: (_: string, key: string) => {
      const preview = previews.get(key) ?? new Preview(api, project, key);
      previews.set(key, preview);
      return preview;
    }
  } as unknown as Session;
  view = new ViewModel({ projectId: 'project' });
  new Bridge(traits, session, view);
  await project.load();
  await vi.advanceTimersByTimeAsync(500);
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('the bridge to Python', () => {
  it('opens the prompt the panel was made for', async () => {
    await bridge(new FakeTraits({ project_id: 'project', prompt_id: 2, selection: [] }));
    expect(view.state.get()).toMatchObject({ promptKey: 'p2', tab: 'prompt' });
  });

  it('tells Python what is open, selected and compiled', async () => {
    const traits = new FakeTraits({ project_id: 'project', prompt_id: null, selection: [] });
    await bridge(traits);
    expect(traits.values).toMatchObject({
      prompt_id: 1,
      selection: [{ blockId: 1, itemId: 1, order: 1 }],
      compiled: 'the prompt',
      status: 'idle'
    });
  });

  it('takes a prompt and a selection set one after another', async () => {
    const traits = new FakeTraits({ project_id: 'project', prompt_id: 1, selection: [] });
    await bridge(traits);
    traits.set({ prompt_id: 2 });
    traits.set({ selection: [{ blockId: 1, itemId: 2, order: 1 }] });
    await vi.advanceTimersByTimeAsync(500);
    expect(project.tree.prompts[1]?.selected).toEqual(['b1.i2']);
    expect(project.tree.prompts[0]?.selected).toEqual(['b1.i1']);
  });

  it('does not take the echo of its own words for a wish', async () => {
    const traits = new FakeTraits({ project_id: 'project', prompt_id: 1, selection: [] });
    await bridge(traits);
    const told = traits.values['selection'];
    project.select('p1', ['b1.i2', 'b1.i1']);
    traits.set({ selection: told }); // the kernel repeats what it had heard
    await vi.advanceTimersByTimeAsync(500);
    expect(project.tree.prompts[0]?.selected).toEqual(['b1.i2', 'b1.i1']);
    expect(traits.values['selection']).toMatchObject([{ itemId: 2 }, { itemId: 1 }]);
  });
});
