/** A kernel that asks is told what is not saved of its notebook: that, and no more often. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CellJson } from '../../sources/cells';
import type { KernelLike, LiveContext, SignalLike } from '../live';
import { OpenNotebooks } from '../open';
import { tellUnsaved } from '../unsaved';

class FakeSignal<A = unknown> implements SignalLike<A> {
  private readonly slots = new Set<(sender: never, args: A) => void>();

  connect(slot: (sender: never, args: A) => void): boolean {
    this.slots.add(slot);
    return true;
  }

  disconnect(slot: (sender: never, args: A) => void): boolean {
    return this.slots.delete(slot);
  }

  emit(args: A): void {
    [...this.slots].forEach(slot => slot(undefined as never, args));
  }

  get size(): number {
    return this.slots.size;
  }
}

class FakeCell {
  readonly contentChanged = new FakeSignal();
  readonly stateChanged = new FakeSignal();
  outputs: Record<string, unknown>[] = [];

  constructor(
    readonly id: string,
    private source: string
  ) {}

  type(notebook: FakeNotebook, source: string): void {
    this.source = source;
    notebook.dirty = true;
    this.contentChanged.emit(undefined);
  }

  toJSON(): CellJson {
    const { id, source, outputs } = this;
    return { id, cell_type: 'code', source, metadata: {}, execution_count: null, outputs };
  }
}

class FakeNotebook {
  readonly cells = Object.assign([new FakeCell('a', 'one'), new FakeCell('b', 'two')], {
    changed: new FakeSignal()
  });
  dirty = false;

  getMetadata(): unknown {
    return { name: 'R' };
  }

  cell(place: number): FakeCell {
    const cell = this.cells[place];
    if (!cell) {
      throw new Error(`no cell ${place}`);
    }
    return cell;
  }
}

class FakeKernel {
  sent: { path: string; anew: boolean; order: string[] | null; cells: Record<string, CellJson> }[] =
    [];
  ask: () => void = () => undefined;
  /** Ends when the kernel takes messages again. */
  busy = Promise.resolve();

  constructor(private readonly comms: string[] = []) {}

  private readonly comm = {
    isDisposed: false,
    send: (data: FakeKernel['sent'][number]): { done: Promise<void> } => {
      this.sent.push(data);
      return { done: this.busy };
    }
  };

  createComm(): unknown {
    return this.comm;
  }

  hasComm(): boolean {
    return false;
  }

  registerCommTarget(_: string, begin: (comm: unknown) => void): void {
    this.ask = () => begin(this.comm);
  }

  requestCommInfo(): Promise<unknown> {
    const comms = Object.fromEntries(this.comms.map(id => [id, {}]));
    return Promise.resolve({ content: { status: 'ok', comms } });
  }
}

function opened(kernel: FakeKernel): {
  notebook: FakeNotebook;
  saveState: FakeSignal<string>;
  notebooks: OpenNotebooks;
  kernelChanged: FakeSignal<{ newValue: KernelLike | null }>;
  open: () => Promise<void>;
  close: () => void;
  rename: (path: string) => void;
} {
  const notebook = new FakeNotebook();
  const saveState = new FakeSignal<string>();
  const kernelChanged = new FakeSignal<{ newValue: KernelLike | null }>();
  const pathChanged = new FakeSignal();
  const context = {
    ...{ path: 'drive:work/a.ipynb', ready: Promise.resolve(), model: notebook, saveState },
    pathChanged,
    sessionContext: { session: { kernel: kernel as unknown as KernelLike }, kernelChanged }
  } as unknown as LiveContext;
  let create = (): void => undefined;
  const disposed = new FakeSignal();
  const app = {
    serviceManager: { contents: { localPath: (path: string) => path.replace('drive:', '') } },
    docRegistry: {
      addWidgetExtension: (
        _: string,
        { createNew }: { createNew: (p: unknown, c: unknown) => void }
      ) => (create = () => createNew({ isDisposed: false, disposed }, context))
    }
  };
  const notebooks = new OpenNotebooks(app as never);
  const rename = (path: string): void => {
    Object.assign(context, { path });
    pathChanged.emit(undefined);
  };
  tellUnsaved(notebooks);
  return {
    ...{
      notebook,
      saveState,
      notebooks,
      kernelChanged,
      rename,
      close: () => disposed.emit(undefined)
    },
    open: async () => {
      create();
      await vi.advanceTimersByTimeAsync(1000);
    }
  };
}

const rest = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);

const CLEAN = { path: 'work/a.ipynb', anew: true, order: null, cells: {} };

describe('what is not saved of a notebook', () => {
  let kernel: FakeKernel;

  beforeEach(() => {
    vi.useFakeTimers();
    kernel = new FakeKernel();
  });

  afterEach(() => vi.useRealTimers());

  it('is known by its path, with the ids and the language', async () => {
    const { notebooks, open, close } = opened(kernel);
    expect(notebooks.at('work/a.ipynb')).toBeNull();
    await open();
    const found = notebooks.at('work/a.ipynb');
    expect(found?.language).toBe('R');
    expect(found?.cells().map(cell => cell.source)).toEqual(['one', 'two']);
    expect(found?.cell('b')?.source).toBe('two');
    expect(found?.cell('c')).toBeNull();
    close();
    expect(notebooks.at('work/a.ipynb')).toBeNull();
  });

  it('is told to nobody who has not asked', async () => {
    const { notebook, open } = opened(kernel);
    await open();
    notebook.cell(0).type(notebook, 'edited');
    await rest();
    expect(kernel.sent).toEqual([]);
  });

  it('is told once for many keys, and only the cells that changed', async () => {
    const { notebook, open } = opened(kernel);
    await open();
    kernel.ask();
    await rest();
    expect(kernel.sent).toEqual([CLEAN]);
    for (const text of ['o', 'on', 'one more']) {
      notebook.cell(0).type(notebook, text);
    }
    await rest();
    notebook.cell(1).type(notebook, 'two more');
    await rest();
    const [, first, second] = kernel.sent;
    expect(first).toMatchObject({ anew: true, order: ['a', 'b'] });
    expect(first?.cells['a']?.source).toBe('one more');
    expect(second?.anew).toBe(false);
    expect(Object.keys(second?.cells ?? {})).toEqual(['b']);
    expect(kernel.sent).toHaveLength(3);
  });

  it('waits for a kernel that is busy, and is then told once', async () => {
    const { notebook, open } = opened(kernel);
    let free = (): void => undefined;
    kernel.busy = new Promise(resolve => (free = resolve));
    await open();
    kernel.ask();
    for (const text of ['o', 'on', 'one more']) {
      notebook.cell(0).type(notebook, text);
      await rest();
    }
    expect(kernel.sent).toEqual([CLEAN]);
    free();
    await rest();
    expect(kernel.sent).toHaveLength(2);
    expect(kernel.sent.at(-1)?.cells['a']?.source).toBe('one more');
  });

  it('comes with outputs as text', async () => {
    const { notebook, open } = opened(kernel);
    await open();
    kernel.ask();
    notebook.cell(0).outputs = [
      { output_type: 'display_data', data: { 'image/png': 'A'.repeat(4000) } }
    ];
    notebook.cell(0).type(notebook, 'plot()');
    await rest();
    expect(kernel.sent.at(-1)?.cells['a']?.outputs).toEqual([
      { output_type: 'text', text: '[image/png, 3,000 bytes]' }
    ]);
  });

  it('is what was deleted or added, too', async () => {
    const { notebook, open } = opened(kernel);
    await open();
    kernel.ask();
    notebook.dirty = true;
    notebook.cells.splice(0, 1, new FakeCell('c', 'three'));
    notebook.cells.changed.emit(undefined);
    await rest();
    expect(kernel.sent.at(-1)?.order).toEqual(['c', 'b']);
    expect(kernel.sent.at(-1)?.cells['c']?.source).toBe('three');
  });

  it('is nothing after a save, but for what was typed meanwhile', async () => {
    const { notebook, open, saveState } = opened(kernel);
    await open();
    kernel.ask();
    notebook.cell(0).type(notebook, 'saved');
    saveState.emit('started');
    notebook.cell(1).type(notebook, 'typed meanwhile');
    saveState.emit('completed');
    await rest();
    expect(Object.keys(kernel.sent.at(-1)?.cells ?? {})).toEqual(['b']);
    expect(kernel.sent.at(-1)?.anew).toBe(true);
    saveState.emit('started');
    notebook.dirty = false;
    saveState.emit('completed');
    await rest();
    expect(kernel.sent.at(-1)).toEqual(CLEAN);
  });

  it('is nothing after closing, and nobody is listened to any more', async () => {
    const { notebook, open, close, saveState, kernelChanged } = opened(kernel);
    await open();
    kernel.ask();
    notebook.cell(0).type(notebook, 'lost');
    await rest();
    close();
    expect(kernel.sent.at(-1)).toEqual(CLEAN);
    const { cells } = notebook;
    const listened = [cells.changed, saveState, kernelChanged, notebook.cell(0).contentChanged];
    expect(listened.map(signal => signal.size)).toEqual([0, 0, 0, 0]);
  });

  it('comes with the name that the notebook has now', async () => {
    const { notebooks, open, rename } = opened(kernel);
    await open();
    kernel.ask();
    rename('b.ipynb');
    await rest();
    expect(kernel.sent).toEqual([CLEAN, { ...CLEAN, path: 'b.ipynb' }]);
    expect(notebooks.at('b.ipynb')).not.toBeNull();
  });

  it('is told to a kernel that had asked before the page was loaded', async () => {
    kernel = new FakeKernel(['open']);
    const { open } = opened(kernel);
    await open();
    expect(kernel.sent).toEqual([CLEAN]);
  });

  it('is told to another kernel when that asks', async () => {
    const { open, kernelChanged } = opened(kernel);
    await open();
    const other = new FakeKernel();
    kernelChanged.emit({ newValue: null });
    kernelChanged.emit({ newValue: other as unknown as KernelLike });
    other.ask();
    expect(other.sent).toHaveLength(1);
  });
});
