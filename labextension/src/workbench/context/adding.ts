/** What was found elsewhere in JupyterLab becomes items of the context. */
import { Notification } from '@jupyterlab/apputils';
import type { ProjectModel } from '../../state/project';
import type { Key } from '../../state/tree';
import { pathTo } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { titleOf } from './actions';

export interface Piece {
  title: string;
  content: string;
}

/** The little of a notebook's cell that is read. */
export interface CellLike {
  cell_type: string;
  source: string | string[];
}

const LONGEST_TITLE = 80;
const UNDO_TIME = 6000;

/** Add pieces to a block: the named one, else the one that is open, else the first, else a new one. */
export function addPieces(
  { view, trans }: WorkbenchServices,
  project: ProjectModel,
  pieces: readonly Piece[],
  into: Key | null = null
): void {
  const found = pieces.filter(piece => piece.content.trim() !== '');
  if (found.length === 0) {
    Notification.warning(trans.__('There is no text to add.'), { autoClose: UNDO_TIME });
    return;
  }
  const { blocks } = project.tree;
  const open = into ?? view.state.get().nodeKey;
  const block = (open === null ? undefined : pathTo(blocks, open)[0]) ?? blocks[0];
  const parent = block?.key ?? project.add(null, { title: trans.__('Notebook') });
  const keys = found.map(({ title, content }) => project.add(parent, { title, content }));
  view.openNode(keys.at(-1) ?? null);
  Notification.success(
    trans._n(
      '%1 item was added to “%2”.',
      '%1 items were added to “%2”.',
      found.length,
      block ? titleOf(block, trans) : trans.__('Notebook')
    ),
    { autoClose: UNDO_TIME }
  );
}

/** Each cell becomes a piece, named by its first line. */
export function piecesOfCells(cells: readonly CellLike[], place: string): Piece[] {
  return cells.map(cell => {
    const content = sourceOf(cell);
    return { title: titleFrom(content, place), content };
  });
}

/** A notebook as one text: Markdown as it stands, code in fences. */
export function textOfNotebook(cells: readonly CellLike[], language: string): string {
  return cells
    .map(cell => {
      const source = sourceOf(cell);
      return cell.cell_type === 'code' && source.trim() !== ''
        ? `\`\`\`${language}\n${source}\n\`\`\``
        : source;
    })
    .filter(text => text.trim() !== '')
    .join('\n\n');
}

/** The first line that says something, without the marks of a heading or a comment. */
export function titleFrom(text: string, otherwise: string): string {
  const line = text
    .split('\n', 50)
    .map(one => one.replace(/^[\s#/*%>-]+/, '').trim())
    .find(one => one !== '');
  const title = [...(line ?? otherwise)].slice(0, LONGEST_TITLE).join('').trim();
  return title === '' ? '…' : title;
}

function sourceOf({ source }: CellLike): string {
  return typeof source === 'string' ? source : source.join('');
}
