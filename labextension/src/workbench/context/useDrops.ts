/** Cells, files and text that are dropped on the tree become items. */
import { useEffect, useRef, useState } from 'react';
import type { ProjectModel } from '../../state/project';
import type { Key } from '../../state/tree';
import { useServices } from '../common/services';
import type { CellJson } from '../../sources';
import type { Piece } from './adding';
import { addPieces, piecesOfCells, titleFrom } from './adding';
import { piecesOfFiles } from './files';

/** What is used of a Lumino drag event. */
interface LuminoDrag extends Event {
  mimeData: { hasData(mime: string): boolean; getData(mime: string): unknown };
  supportedActions: string;
  readonly proposedAction: string;
  dropAction: string;
}

const CELLS = 'application/vnd.jupyter.cells';
const FILES = 'application/x-jupyter-icontents';
const EVENTS = ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop'];

export interface Drops {
  /** Something that can be dropped is held over the tree. */
  over: boolean;
  handlers: React.HTMLAttributes<HTMLElement>;
}

export function useDrops(
  host: React.RefObject<HTMLElement>,
  project: ProjectModel,
  editable: boolean
): Drops {
  const services = useServices();
  const [over, setOver] = useState(false);
  const take = async (
    pieces: Promise<Piece[]> | Piece[],
    at: EventTarget | null
  ): Promise<void> => {
    addPieces(services, project, await pieces, keyAt(at));
  };
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });

  useEffect(() => {
    if (!editable) {
      return;
    }
    // A notebook listens in the capture phase, and takes its own cells: be before it.
    const handle = (raw: Event): void => {
      const event = raw as LuminoDrag;
      const { mimeData, target } = event;
      const wanted = mimeData.hasData(CELLS) || mimeData.hasData(FILES);
      if (!wanted || !(target instanceof Node) || !host.current?.contains(target)) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      setOver(event.type === 'lm-dragenter' || event.type === 'lm-dragover');
      if (event.type === 'lm-dragover') {
        // Files offer to be moved only; nothing is moved by it.
        const copies = ['all', 'copy', 'copy-move', 'copy-link'].includes(event.supportedActions);
        event.dropAction = copies ? 'copy' : event.proposedAction;
      } else if (event.type === 'lm-drop') {
        const cells = mimeData.getData(CELLS) as CellJson[] | undefined;
        const paths = (mimeData.getData(FILES) ?? []) as string[];
        const { sources, trans } = services;
        void latest.current(
          cells
            ? piecesOfCells(cells, sources, trans.__('Cell'))
            : piecesOfFiles(sources, paths, trans),
          target
        );
      }
    };
    EVENTS.forEach(name => document.addEventListener(name, handle, true));
    return () => EVENTS.forEach(name => document.removeEventListener(name, handle, true));
  }, [host, services, editable]);

  const handlers: React.HTMLAttributes<HTMLElement> = {
    onDragOver: event => {
      const { types } = event.dataTransfer;
      if (
        services.view.dragged === null &&
        (types.includes('text/plain') || types.includes('Files'))
      ) {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }
    },
    onDragLeave: () => setOver(false),
    onDrop: event => {
      setOver(false);
      if (services.view.dragged !== null) {
        return;
      }
      event.preventDefault();
      const files = [...event.dataTransfer.files];
      const text = event.dataTransfer.getData('text/plain');
      const pieces =
        files.length > 0
          ? Promise.all(files.map(async file => ({ title: file.name, content: await file.text() })))
          : [{ title: titleFrom(text, services.trans.__('Text')), content: text }];
      void take(pieces, event.target);
    }
  };
  return { over, handlers: editable ? handlers : {} };
}

function keyAt(target: EventTarget | null): Key | null {
  return target instanceof Element
    ? (target.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? null)
    : null;
}
