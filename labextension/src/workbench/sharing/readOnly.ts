/** What is said when a command would change a project that may only be read. */
import { Notification } from '@jupyterlab/apputils';
import type { ProjectModel } from '../../state/project';
import type { WorkbenchServices } from '../common/services';

const SHOWN = 5000;

/** Whether the project takes no changes from this person, who is told so. */
export function refusesChanges({ trans }: WorkbenchServices, project: ProjectModel): boolean {
  if (project.editable) {
    return false;
  }
  const message = trans.__('“%1” is shared with you for reading only.', project.tree.name);
  Notification.warning(message, { autoClose: SHOWN });
  return true;
}
