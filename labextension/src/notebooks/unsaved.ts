/**
 * Tells a kernel what its notebook is called now, and what is not saved of it.
 *
 * Python opens a comm when it takes something from its notebook (`promptyflow_lab/sources/browser`);
 * without that nothing is sent. A page that is loaded again finds the comm that is open already.
 */
import type { Kernel } from '@jupyterlab/services';
import type { CellJson } from '../sources/cells';
import { outputText } from '../sources/outputs';
import type { KernelLike } from './live';
import type { OpenNotebook, OpenNotebooks } from './open';

const TARGET = 'promptyflow-lab:notebook';

/** What `Told.hear` in Python takes. */
interface Message {
  path: string;
  /** Forget what was told before. */
  anew: boolean;
  /** The ids of all cells; null where the file has everything. */
  order: string[] | null;
  /** Those that are not as the file has them. */
  cells: Record<string, CellJson>;
}

type CommLike = Pick<Kernel.IComm, 'send' | 'isDisposed'>;

/** Tell every kernel that asks, for as long as its notebook is open. */
export function tellUnsaved(notebooks: OpenNotebooks): void {
  const talks = new Map<OpenNotebook, Talk[]>();
  const heard = (notebook: OpenNotebook): void => {
    const known = talks.get(notebook);
    if (notebook.isDisposed) {
      known?.forEach(talk => talk.tell());
      talks.delete(notebook);
    } else if (known) {
      known.forEach(talk => talk.tell());
    } else {
      const begun: Talk[] = [];
      talks.set(notebook, begun);
      notebook.withKernel(kernel =>
        answer(kernel, opened => {
          if (!notebook.isDisposed) {
            begun.push(new Talk(notebook, opened()));
          }
        })
      );
    }
  };
  notebooks.list.forEach(heard);
  notebooks.subscribe(heard);
}

/** Begin with each comm that the kernel opens, or has opened before this page was there. */
function answer(kernel: KernelLike, begin: (opened: () => CommLike) => void): void {
  kernel.registerCommTarget(TARGET, comm => begin(() => comm));
  kernel
    .requestCommInfo({ target_name: TARGET })
    .then(({ content }) => {
      for (const id of content.status === 'ok' ? Object.keys(content.comms) : []) {
        if (!kernel.hasComm(id)) {
          begin(() => kernel.createComm(TARGET, id));
        }
      }
    })
    .catch(() => undefined); // the kernel has gone meanwhile; the next one asks by itself
}

/** What one kernel was told. */
class Talk {
  private told = new Map<string, number>();
  private saves = -1;
  private knowsOfNothing = false;
  private path = '';
  private isUnderWay = false;
  private hasMore = false;

  constructor(
    private readonly notebook: OpenNotebook,
    private readonly comm: CommLike
  ) {
    this.tell();
  }

  tell(): void {
    const { notebook } = this;
    if (this.comm.isDisposed) {
      return;
    }
    if (this.isUnderWay) {
      this.hasMore = true;
      return;
    }
    if (!notebook.isDirty || notebook.isDisposed) {
      this.tellNothing();
      return;
    }
    const anew = this.knowsOfNothing || this.saves !== notebook.saves;
    if (anew) {
      this.told = new Map();
    }
    const cells: Record<string, CellJson> = {};
    for (const [id, change] of notebook.edited) {
      const cell = this.told.get(id) === change ? null : notebook.cell(id);
      if (cell) {
        cells[id] = readable(cell);
        this.told.set(id, change);
      }
    }
    this.knowsOfNothing = false;
    this.saves = notebook.saves;
    this.send({ anew, order: notebook.order, cells });
  }

  /** The file has everything. */
  private tellNothing(): void {
    if (!this.knowsOfNothing || this.path !== this.notebook.path) {
      this.knowsOfNothing = true;
      this.send({ anew: true, order: null, cells: {} });
    }
  }

  /** One message at a time: a kernel that is busy for an hour must not find thousands. */
  private send(data: Pick<Message, 'anew' | 'order' | 'cells'>): void {
    this.path = this.notebook.path;
    const message: Message = { path: this.path, ...data };
    const taken = (): void => {
      this.isUnderWay = false;
      if (this.hasMore) {
        this.hasMore = false;
        this.tell();
      }
    };
    this.isUnderWay = true;
    this.comm.send(message as never).done.then(taken, taken);
  }
}

/** A cell with its outputs as text: a picture of megabytes says no more to Python. */
function readable(cell: CellJson): CellJson {
  const { id, cell_type, source, execution_count, metadata } = cell;
  return {
    ...{ id, cell_type, source, execution_count, metadata: { tags: metadata?.['tags'] ?? [] } },
    outputs: (cell.outputs ?? []).map(output => ({ output_type: 'text', text: outputText(output) }))
  };
}
