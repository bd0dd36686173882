/** Undo and redo, and show what they have brought back. */
import type { ProjectModel } from '../../state/project';
import { findNode, findPrompt } from '../../state/tree';
import { refusesChanges } from '../sharing/readOnly';
import type { WorkbenchServices } from './services';

export async function undoOrRedo(
  services: WorkbenchServices,
  project: ProjectModel,
  which: 'undo' | 'redo'
): Promise<void> {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view } = services;
  project.texts.capture();
  const key = await project.history[which]();
  if (findPrompt(project.tree, key)) {
    view.state.patch({ promptKey: key });
  } else if (findNode(project.tree, key)) {
    view.state.patch({ nodeKey: key });
  }
}
