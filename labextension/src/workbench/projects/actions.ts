/** What can be done with a whole project. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { WorkbenchServices } from '../common/services';

export const PROJECTS = ['projects'];

export async function createProject(services: WorkbenchServices, name: string): Promise<void> {
  const { session, view } = services;
  await told(async () => {
    const project = await session.api.createProject(name);
    view.openProject(project.id);
  });
  await session.queries.invalidateQueries({ queryKey: PROJECTS });
}

export async function renameProject(
  services: WorkbenchServices,
  id: string,
  name: string
): Promise<void> {
  const { session } = services;
  const open = session.openProject(id);
  if (open) {
    open.rename(name);
    await open.flush();
  } else {
    await told(() => session.api.renameProject(id, name));
  }
  await session.queries.invalidateQueries({ queryKey: PROJECTS });
}

export async function duplicateProject(services: WorkbenchServices, id: string): Promise<void> {
  const { session, view } = services;
  await told(async () => {
    await session.openProject(id)?.flush();
    const copy = await session.api.duplicateProject(id);
    view.openProject(copy.id);
  });
  await session.queries.invalidateQueries({ queryKey: PROJECTS });
}

export async function deleteProject(
  services: WorkbenchServices,
  project: { id: string; name: string }
): Promise<void> {
  const { session, view, trans } = services;
  const { button } = await showDialog({
    title: trans.__('Delete “%1”?', project.name),
    body: trans.__('Its context and its prompts are deleted for good.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ]
  });
  if (!button.accept) {
    return;
  }
  await told(async () => {
    await session.api.deleteProject(project.id);
    session.forget(project.id);
    if (view.state.get().projectId === project.id) {
      view.openProject(null);
    }
  });
  await session.queries.invalidateQueries({ queryKey: PROJECTS });
}

/** A failure is told in a notification: these actions have no place of their own for it. */
async function told(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    Notification.error(error instanceof Error ? error.message : String(error), {
      autoClose: 8000
    });
  }
}
