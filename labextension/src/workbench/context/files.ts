/** Reads files of the Jupyter server as pieces of context. */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellLike, Piece } from './adding';
import { textOfNotebook } from './adding';

interface NotebookLike {
  cells?: CellLike[];
  metadata?: { language_info?: { name?: string } };
}

/** The texts of files; what is no text is told and left out. */
export async function piecesOfFiles(
  contents: Contents.IManager,
  paths: readonly string[],
  trans: TranslationBundle
): Promise<Piece[]> {
  const read = await Promise.all(
    paths.map(async path => {
      try {
        return { title: PathExt.basename(path), content: await textOf(contents, path) };
      } catch {
        Notification.warning(trans.__('“%1” cannot be read as text.', PathExt.basename(path)));
        return null;
      }
    })
  );
  return read.filter(piece => piece !== null);
}

async function textOf(contents: Contents.IManager, path: string): Promise<string> {
  const file = await contents.get(path, { content: true });
  if (file.type === 'notebook') {
    const { cells = [], metadata } = file.content as NotebookLike;
    return textOfNotebook(cells, metadata?.language_info?.name ?? '');
  }
  if (file.format !== 'text' && file.format !== 'json') {
    throw new Error('no text');
  }
  return typeof file.content === 'string' ? file.content : JSON.stringify(file.content, null, 2);
}
