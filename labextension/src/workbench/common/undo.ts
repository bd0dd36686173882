/** Undo and redo, and show what they have brought back. */
import type { ProjectModel } from '../../state/project';
import { findNode, findPrompt } from '../../state/tree';
import type { WorkbenchServices } from './services';

export async function undoOrRedo(
  { view }: WorkbenchServices,
  project: ProjectModel,
  which: 'undo' | 'redo'
): Promise<void> {
  project.texts.capture();
  const key = await project.history[which]();
  if (findPrompt(project.tree, key)) {
    view.state.patch({ promptKey: key });
  } else if (findNode(project.tree, key)) {
    view.state.patch({ nodeKey: key });
  }
}
