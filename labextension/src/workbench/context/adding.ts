/** What was found elsewhere in JupyterLab becomes items of the context. */
import { Notification } from '@jupyterlab/apputils';
import type { Source } from '../../api/types';
import type { SourceReader } from '../../notebooks/reader';
import type { CellJson } from '../../sources';
import type { ProjectModel } from '../../state/project';
import type { Key } from '../../state/tree';
import { pathTo } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { titleOf } from './actions';
import { refusesChanges } from '../sharing/readOnly';

export interface Piece {
  title: string;
  content: string;
  /** Where it was taken from, if that can be looked at again. */
  source?: Source;
}

const LONGEST_TITLE = 80;
const UNDO_TIME = 6000;

/** Add pieces to a block: the named one, else the one that is open, else the first, else a new one. */
export function addPieces(
  services: WorkbenchServices,
  project: ProjectModel,
  pieces: readonly Piece[],
  into: Key | null = null
): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view, trans } = services;
  const found = pieces.filter(piece => piece.content.trim() !== '');
  if (found.length === 0) {
    Notification.warning(trans.__('There is no text to add.'), { autoClose: UNDO_TIME });
    return;
  }
  const { blocks } = project.tree;
  const open = into ?? view.state.get().nodeKey;
  const block = (open === null ? undefined : pathTo(blocks, open)[0]) ?? blocks[0];
  const parent = block?.key ?? project.add(null, { title: trans.__('Notebook') });
  const keys = found.map(piece => project.add(parent, piece));
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

/** Each cell becomes a piece, named by its first line, that knows where it came from. */
export function piecesOfCells(
  cells: readonly CellJson[],
  sources: Pick<SourceReader, 'takeCell'>,
  otherwise: string
): Piece[] {
  return cells.map(cell => {
    const { source } = cell;
    const first = typeof source === 'string' ? source : source.join('');
    return { title: titleFrom(first, otherwise), ...sources.takeCell(cell) };
  });
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
