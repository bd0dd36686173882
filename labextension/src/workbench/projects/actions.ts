/** What can be done with a whole project. */
import { Dialog, Notification, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { messageOf } from '../../api/errors';
import { UNDO_TIME } from '../../state/deletions';
import { chooseFiles, saveFile } from '../common/files';
import type { WorkbenchServices } from '../common/services';
import { faultText, importedText } from './importing';

export const PROJECTS = ['projects'];

/** What is being renamed while a new project gets its name. */
export const NEW_PROJECT = 'new project';

/** Show the list of projects, and in it the field for the name of a new one. */
export function showNewProject({ view }: WorkbenchServices): void {
  view.state.patch({ browsing: true, renaming: NEW_PROJECT });
}

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

/** Make the sample project, and open it. */
export async function createSample(services: WorkbenchServices): Promise<void> {
  const { session, view } = services;
  await told(async () => {
    const project = await session.api.createSample();
    view.openProject(project.id);
  });
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

/** Delete a project; it goes for good when the time to undo that has passed. */
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
  const wasOpen = view.state.get().projectId === project.id;
  if (wasOpen) {
    view.openProject(null);
  }
  void told(() => session.deletedProjects.remove(project));
  Notification.emit(trans.__('“%1” was deleted.', project.name), 'default', {
    autoClose: UNDO_TIME,
    actions: [
      {
        label: trans.__('Undo'),
        callback: () => {
          if (session.deletedProjects.undo(project.id) && wasOpen) {
            view.openProject(project.id);
          }
        }
      }
    ]
  });
}

export function exportProject(services: WorkbenchServices, id: string): Promise<void> {
  const { session } = services;
  return told(async () => {
    const open = session.openProject(id);
    await open?.flush();
    const { name, content } = await session.api.exportProject(id);
    saveFile(name ?? 'project.json', content);
  });
}

/** Let a person choose files, and take them in: a block goes into the named project. */
export async function importFiles(
  services: WorkbenchServices,
  projectId: string | null,
  given?: readonly File[]
): Promise<void> {
  const { session, trans, view } = services;
  for (const file of given ?? (await chooseFiles('.json,.txt,.md,.zip'))) {
    try {
      await (projectId === null ? null : session.openProject(projectId)?.flush());
      const done = await session.api.importFile(file, projectId);
      Notification.success(importedText(done, file.name, trans), { autoClose: 8000 });
      if (done.recognised === 'contextBlock' && projectId !== null) {
        await session.openProject(projectId)?.load();
        const key =
          done.block && session.openProject(projectId)?.queue.identities.keyOf(done.block);
        view.openNode(key ?? null);
      } else if (done.project) {
        view.openProject(done.project.id);
      }
    } catch (error) {
      await showErrorMessage(trans.__('“%1” was not imported', file.name), faultText(error), [
        Dialog.okButton({ label: trans.__('Close') })
      ]);
    }
  }
  await session.queries.invalidateQueries({ queryKey: PROJECTS });
  await session.queries.invalidateQueries({ queryKey: ['templates'] });
}

/** A failure is told in a notification: these actions have no place of their own for it. */
async function told(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    Notification.error(messageOf(error), {
      autoClose: 8000
    });
  }
}
