/** Opens the split dialog; loaded with the workbench, unlike the dialog itself. */
import type { ProjectModel } from '../../state/project';
import type { Key } from '../../state/tree';
import { findNode } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { refusesChanges } from '../sharing/readOnly';

/** Open the dialog for an item or a sub-item: the one named, or the one that is open. */
export function openSplit(services: WorkbenchServices, project: ProjectModel, key?: Key): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view } = services;
  const wanted = key ?? view.state.get().nodeKey;
  const node = findNode(project.tree, wanted);
  if (node && node.level !== 'block') {
    view.openNode(node.key);
    view.state.patch({ dialog: 'split' });
  }
}
