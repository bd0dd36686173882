/** The notebooks that are open: what stands in them now, and when something there has changed. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CellJson } from '../sources/cells';
import { languageOf } from '../sources/language';
import type { KernelLike, LiveCell, LiveContext } from './live';

/** How long others wait after a change, in milliseconds: typing and printing come in many pieces. */
const REST = 100;
/** After a cell has run the next may be run at once, and ask. */
const AT_ONCE = 0;

type Listener = (notebook: OpenNotebook) => void;

/** One notebook, from when it is read to when it is closed. */
export class OpenNotebook {
  /** Cells that have changed since they were saved, with a number that grows with each change. */
  readonly edited = new Map<string, number>();
  /** How often it was saved. */
  saves = 0;
  isDisposed = false;
  private readonly known = new Map<string, { cell: LiveCell; forget: () => void }>();
  private readonly ends: (() => void)[] = [];
  private saving = new Map<string, number>();
  private changes = 0;
  private resting: { until: number; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(
    private readonly context: LiveContext,
    private readonly localPath: (path: string) => string,
    private readonly changed: Listener
  ) {
    const { cells } = context.model;
    const regrouped = (): void => {
      this.follow();
      this.rest();
    };
    const renamed = (): void => this.rest();
    const saved = (_: never, state: string): void => {
      if (state === 'started') {
        this.saving = new Map(this.edited);
      } else if (state === 'completed') {
        this.hasBeenSaved();
      }
    };
    cells.changed.connect(regrouped);
    context.saveState.connect(saved);
    context.pathChanged.connect(renamed);
    this.ends.push(
      () => cells.changed.disconnect(regrouped),
      () => context.saveState.disconnect(saved),
      () => context.pathChanged.disconnect(renamed)
    );
    this.follow();
  }

  /** As the file browser shows it. */
  get path(): string {
    return this.localPath(this.context.path);
  }

  get language(): string {
    return languageOf({ language_info: this.context.model.getMetadata('language_info') });
  }

  /** Whether its file is not as it is. */
  get isDirty(): boolean {
    return this.context.model.dirty;
  }

  get order(): string[] {
    return Array.from(this.context.model.cells, cell => cell.id);
  }

  cells(): CellJson[] {
    return Array.from(this.context.model.cells, jsonOf);
  }

  cell(id: string): CellJson | null {
    const found = this.known.get(id);
    return found ? jsonOf(found.cell) : null;
  }

  /** Call with its kernel, now and whenever it gets another one. */
  withKernel(begin: (kernel: KernelLike) => void): void {
    const { sessionContext } = this.context;
    const given = (kernel: KernelLike | null | undefined): void => {
      if (kernel) {
        begin(kernel);
      }
    };
    const changed = (_: never, { newValue }: { newValue: KernelLike | null }): void =>
      given(newValue);
    sessionContext.kernelChanged.connect(changed);
    this.ends.push(() => sessionContext.kernelChanged.disconnect(changed));
    given(sessionContext.session?.kernel);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.resting?.timer);
    this.known.forEach(({ forget }) => forget());
    this.ends.forEach(end => end());
    this.changed(this);
  }

  /** Watch each cell that is there, and no other. */
  private follow(): void {
    const gone = new Set(this.known.keys());
    for (const cell of this.context.model.cells) {
      gone.delete(cell.id);
      if (this.known.get(cell.id)?.cell !== cell) {
        this.known.get(cell.id)?.forget();
        this.known.set(cell.id, { cell, forget: this.watch(cell) });
      }
    }
    for (const id of gone) {
      this.known.get(id)?.forget();
      this.known.delete(id);
      this.edited.delete(id);
    }
  }

  private watch(cell: LiveCell): () => void {
    const changed = (rest: number): void => {
      this.edited.set(cell.id, (this.changes += 1));
      this.rest(rest);
    };
    const written = (): void => changed(REST);
    const ran = (): void => changed(AT_ONCE);
    if (this.context.model.dirty) {
      this.edited.set(cell.id, (this.changes += 1)); // a new one
    }
    cell.contentChanged.connect(written);
    cell.stateChanged.connect(ran);
    return () => {
      cell.contentChanged.disconnect(written);
      cell.stateChanged.disconnect(ran);
    };
  }

  private hasBeenSaved(): void {
    this.saves += 1;
    for (const [id, change] of this.saving) {
      if (this.edited.get(id) === change) {
        this.edited.delete(id);
      }
    }
    this.rest();
  }

  private rest(time = REST): void {
    const until = performance.now() + time;
    if (this.resting && this.resting.until <= until) {
      return;
    }
    clearTimeout(this.resting?.timer);
    const timer = setTimeout(() => {
      this.resting = null;
      this.changed(this);
    }, time);
    this.resting = { until, timer };
  }
}

/** All of them. */
export class OpenNotebooks {
  private readonly all = new Set<OpenNotebook>();
  private readonly listeners = new Set<Listener>();

  constructor(app: Pick<JupyterFrontEnd, 'docRegistry' | 'serviceManager'>) {
    const { contents } = app.serviceManager;
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel, context) => {
        const live = context as unknown as LiveContext;
        void live.ready.then(() => {
          if (!panel.isDisposed) {
            const opened = this.add(live, path => contents.localPath(path));
            panel.disposed.connect(() => this.remove(opened));
          }
        });
      }
    });
  }

  get list(): OpenNotebook[] {
    return [...this.all];
  }

  /** The one at a path; null where it is not open. */
  at(path: string): OpenNotebook | null {
    return this.list.find(notebook => notebook.path === path) ?? null;
  }

  /** Hear of each that is opened, changed or saved, some rest after that, or closed. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  private add(context: LiveContext, localPath: (path: string) => string): OpenNotebook {
    const tell: Listener = notebook => [...this.listeners].forEach(listener => listener(notebook));
    const opened = new OpenNotebook(context, localPath, tell);
    this.all.add(opened);
    tell(opened);
    return opened;
  }

  private remove(notebook: OpenNotebook): void {
    this.all.delete(notebook);
    notebook.dispose();
  }
}

function jsonOf(cell: LiveCell): CellJson {
  return { ...cell.toJSON(), id: cell.id }; // notebooks of an older format have no ids in their files
}
