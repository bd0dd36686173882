/**
 * What is open in JupyterLab beside the workbench: notebooks, editors, the file browser.
 *
 * They are known by the little that is used of them. Their packages would bring two thousand lines
 * of lock file and minutes of download to every build, for a few types.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { Widget } from '@lumino/widgets';
import type { CellJson } from '../sources';
import type { Piece } from '../workbench/context/adding';

interface Position {
  line: number;
  column: number;
}

interface EditorLike {
  model: { sharedModel: { getSource(): string } };
  getSelection(): { start: Position; end: Position };
  getOffsetAt(position: Position): number;
}

interface LiveCell {
  editor: EditorLike | null;
  model: { toJSON(): unknown; sharedModel: { setSource(source: string): void } };
}

interface NotebookLike {
  activeCell: LiveCell | null;
  widgets: LiveCell[];
  isSelectedOrActive(cell: LiveCell): boolean;
}

interface Documented {
  content?: Partial<NotebookLike> & { editor?: EditorLike };
  context?: { path?: string };
}

/** The notebook a person works in: the current one, else the first in the main area. */
export function notebookIn(
  app: JupyterFrontEnd
): { panel: Widget; notebook: NotebookLike; path: string } | null {
  for (const panel of [app.shell.currentWidget, ...app.shell.widgets('main')]) {
    const { content, context } = (panel ?? {}) as Documented;
    if (
      panel &&
      typeof content?.isSelectedOrActive === 'function' &&
      Array.isArray(content.widgets)
    ) {
      return { panel, notebook: content as NotebookLike, path: context?.path ?? '' };
    }
  }
  return null;
}

/** The cells that are selected in it. */
export function selectedCells(notebook: NotebookLike): CellJson[] {
  return notebook.widgets
    .filter(cell => notebook.isSelectedOrActive(cell))
    .map(cell => cell.model.toJSON() as CellJson);
}

/** The text that is selected in the current editor, of a file or of a cell. */
export function selectedText(app: JupyterFrontEnd): Piece | null {
  const { content, context } = (app.shell.currentWidget ?? {}) as Documented;
  const editor = content?.editor ?? content?.activeCell?.editor;
  if (!editor) {
    return null;
  }
  const { start, end } = editor.getSelection();
  const [from, to] = [editor.getOffsetAt(start), editor.getOffsetAt(end)].sort((a, b) => a - b);
  const text = editor.model.sharedModel.getSource().slice(from, to);
  return text === '' ? null : { title: PathExt.basename(context?.path ?? ''), content: text };
}

/** The files that are selected in the file browser. */
export function selectedFiles(app: JupyterFrontEnd): string[] {
  const paths: string[] = [];
  for (const area of ['left', 'right'] as const) {
    for (const widget of app.shell.widgets(area)) {
      const { selectedItems } = widget as {
        selectedItems?: () => Iterable<{ path: string; type: string }>;
      };
      if (typeof selectedItems === 'function') {
        for (const item of selectedItems.call(widget)) {
          if (item.type !== 'directory') {
            paths.push(item.path);
          }
        }
      }
    }
  }
  return paths;
}
