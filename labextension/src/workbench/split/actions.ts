/** What is told when a text was split, and taking it back. */
import { Notification } from '@jupyterlab/apputils';
import { messageOf } from '../../api/errors';
import type { ProjectModel } from '../../state/project';
import type { SplitDone } from '../../state/splitting';
import { undoSplit } from '../../state/splitting';
import { pathTo } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';

/** How long a split can be undone from its notification. */
const UNDO_TIME = 20_000;

/** Show what was made, and offer to take it back. */
export function tellOfSplit(
  services: WorkbenchServices,
  project: ProjectModel,
  done: SplitDone,
  title: string,
  keepOriginal: boolean
): void {
  const { view, trans } = services;
  const shown = keepOriginal ? done.source : (done.parts[0] ?? done.source);
  const above = pathTo(project.tree.blocks, done.parts[0] ?? shown).map(node => node.key);
  const { collapsed } = view.state.get();
  view.state.patch({ collapsed: collapsed.filter(key => !above.includes(key)) });
  view.openNode(shown);
  Notification.emit(
    trans._n('“%2” was split: %1 part.', '“%2” was split: %1 parts.', done.parts.length, title),
    'default',
    {
      autoClose: UNDO_TIME,
      actions: [{ label: trans.__('Undo'), callback: () => void takeBack(services, project, done) }]
    }
  );
}

async function takeBack(
  { session, view, trans }: WorkbenchServices,
  project: ProjectModel,
  done: SplitDone
): Promise<void> {
  try {
    await undoSplit(session.api, project, done.version);
    view.openNode(done.original);
  } catch (error) {
    const why = messageOf(error);
    Notification.error(trans.__('The split could not be undone: %1', why));
  }
}
