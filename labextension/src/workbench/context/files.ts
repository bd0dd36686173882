/** Reads files of the Jupyter server as pieces of context. */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { SourceReader } from '../../notebooks/reader';
import type { Piece } from './adding';

/** The texts of files; what is no text is told and left out. */
export async function piecesOfFiles(
  sources: SourceReader,
  paths: readonly string[],
  trans: TranslationBundle
): Promise<Piece[]> {
  const read = await Promise.all(
    paths.map(async path => {
      const title = PathExt.basename(path);
      try {
        return { title, ...(await sources.takeFile(path)) };
      } catch {
        Notification.warning(trans.__('“%1” cannot be read as text.', title));
        return null;
      }
    })
  );
  return read.filter(piece => piece !== null);
}
