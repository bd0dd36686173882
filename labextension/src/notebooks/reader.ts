/** Reads the cells and files that context was taken from, as they are now. */
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import type { Source } from '../api/types';
import type { CellJson, Reference } from '../sources';
import { cellText, fileText, languageOf, notebookText, parseReference, sourceOf } from '../sources';
import type { OpenNotebook, OpenNotebooks } from './open';

const NOTEBOOK = /\.ipynb$/i;

interface NotebookJson {
  cells?: CellJson[];
  metadata?: unknown;
}

/** A text, and where it was taken from. */
export interface Taken {
  content: string;
  source: Source;
}

export class SourceReader {
  constructor(
    private readonly contents: Contents.IManager,
    private readonly notebooks: OpenNotebooks | null
  ) {}

  /** What a source says now; null: it is gone; undefined: it cannot be seen from here. */
  async read({ kind, reference }: Source): Promise<string | null | undefined> {
    const from = parseReference(reference);
    if ((kind !== 'cell' && kind !== 'file') || from.path.startsWith('/')) {
      return undefined;
    }
    try {
      return await (kind === 'cell' ? this.cell(from) : this.file(from));
    } catch (error) {
      const missing =
        error instanceof ServerConnection.ResponseError && error.response.status === 404;
      return missing ? null : undefined;
    }
  }

  /** Take a whole file.
   *
   * Throws where it is no text.
   */
  async takeFile(path: string): Promise<Taken> {
    const from = { path: this.contents.localPath(path), part: '', options: {} };
    const content = await this.file(from);
    return { content, source: sourceOf('file', from, content) };
  }

  /** Take a cell; where its notebook is not known, the text alone. */
  takeCell(cell: CellJson): { content: string; source?: Source } {
    const { id } = cell;
    const notebook = id ? this.notebookOf(id) : undefined;
    const content = cellText(cell, notebook?.language ?? 'python');
    return notebook
      ? { content, source: sourceOf('cell', { path: notebook.path, part: id }, content) }
      : { content };
  }

  /** Hear of the paths behind which something may have changed. */
  subscribe(listener: (path: string) => void): () => void {
    const forget = this.notebooks?.subscribe(notebook => listener(notebook.path));
    const changed = (_: unknown, { oldValue, newValue }: Contents.IChangedArgs): void => {
      for (const model of [oldValue, newValue]) {
        if (model?.path) {
          listener(this.contents.localPath(model.path));
        }
      }
    };
    this.contents.fileChanged.connect(changed);
    return () => {
      forget?.();
      this.contents.fileChanged.disconnect(changed);
    };
  }

  private notebookOf(cellId: string): OpenNotebook | undefined {
    return this.notebooks?.list.find(notebook => notebook.cell(cellId) !== null);
  }

  private async cell({ path, part, options }: Reference): Promise<string | null> {
    const { cells, language } = await this.notebook(path);
    const cell = cells.find(one => one.id === part);
    return cell ? cellText(cell, language, options) : null;
  }

  private async file({ path, options }: Reference): Promise<string> {
    if (NOTEBOOK.test(path)) {
      const { cells, language } = await this.notebook(path);
      return notebookText(cells, language, options);
    }
    const file = await this.contents.get(path, { type: 'file', format: 'text', content: true });
    return fileText(file.content as string);
  }

  /** As it is on the screen, where it is open; else as it was saved. */
  private async notebook(path: string): Promise<{ cells: CellJson[]; language: string }> {
    const open = this.notebooks?.at(path);
    if (open) {
      return { cells: open.cells(), language: open.language };
    }
    const file = await this.contents.get(path, { content: true });
    const { cells = [], metadata } = file.content as NotebookJson;
    return { cells, language: languageOf(metadata) };
  }
}
