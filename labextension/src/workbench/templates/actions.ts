/** What can be done with templates, and between a template and a prompt. */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { QueryClient } from '@tanstack/react-query';
import { ApiError, messageOf } from '../../api/errors';
import type { Template, TemplateSummary } from '../../api/types';
import type { Session } from '../../state/session';
import type { ProjectModel } from '../../state/project';
import { UNDO_TIME } from '../../state/deletions';
import type { PromptNode } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { openLibrary } from './open';

/** Under this name everything of the library is remembered; the server tells when it changed. */
export const TEMPLATES = ['templates'];

export function templateKey(id: string): string[] {
  return [...TEMPLATES, 'one', id];
}

/** A template; null: there is none of that id any more, and it is not asked for again. */
export function templateQuery({ api, queries }: Session, id: string | null): TemplateQuery {
  const queryKey = templateKey(id ?? '');
  return {
    queryKey,
    queryFn: () =>
      api.template(id ?? '').catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) {
          return null;
        }
        throw error;
      }),
    enabled: id !== null && queries.getQueryData(queryKey) !== null
  };
}

interface TemplateQuery {
  queryKey: string[];
  queryFn: () => Promise<Template | null>;
  enabled: boolean;
}

/** What an answer of the server says about a template holds at once, everywhere. */
export async function remember(queries: QueryClient, template: Template): Promise<void> {
  queries.setQueryData(templateKey(template.id), template);
  await queries.invalidateQueries({ queryKey: TEMPLATES });
}

/** Put a template into a prompt; the prompt stays tied to it. */
export async function loadInto(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  template: Template
): Promise<void> {
  const before = { text: textOf(project, prompt), templateId: prompt.templateId };
  put(project, prompt, template.content, template.id);
  if (before.text.trim() !== '' && before.text !== template.content) {
    const { trans } = services;
    Notification.emit(trans.__('“%1” is in the prompt now.', template.name), 'default', {
      autoClose: UNDO_TIME,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => put(project, prompt, before.text, before.templateId)
        }
      ]
    });
  }
  await noteUse(services, template);
}

function put(project: ProjectModel, prompt: PromptNode, text: string, id: string | null): void {
  project.writeTemplate(prompt.key, text);
  project.updatePrompt(prompt.key, { templateId: id });
}

export async function promptFrom(
  services: WorkbenchServices,
  project: ProjectModel,
  template: Template
): Promise<void> {
  const { id, name, content } = template;
  const { wrapInTags } = services.preferences.get();
  const fields = { title: name, template: content, templateId: id, wrapInTags };
  const key = project.addPrompt(fields);
  services.view.openPrompt(key);
  await noteUse(services, template);
}

export async function noteUse({ session }: WorkbenchServices, { id }: Template): Promise<void> {
  try {
    await session.api.useTemplate(id);
    await session.queries.invalidateQueries({ queryKey: TEMPLATES });
  } catch {
    // It is in the prompt all the same; only the order of the list is older.
  }
}

/** Ask for a name and keep the text of a prompt under it. */
export async function saveAs(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): Promise<void> {
  const { session, trans } = services;
  const { value, button } = await InputDialog.getText({
    title: trans.__('Save the prompt as a template'),
    label: trans.__('Name in the library'),
    text: promptTitle(prompt, trans),
    selectionRange: promptTitle(prompt, trans).length,
    required: true,
    okLabel: trans.__('Save')
  });
  const name = value?.trim() ?? '';
  if (!button.accept || name === '') {
    return;
  }
  await told(async () => {
    const content = textOf(project, prompt);
    const template = await session.api.createTemplate({ name, content });
    await remember(session.queries, template);
    if (project.editable) {
      project.updatePrompt(prompt.key, { templateId: template.id });
    }
    tellSaved(services, template);
  });
}

/** Let the template of a prompt say what the prompt says; what it said stays as a version. */
export async function saveOver(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  template: Template
): Promise<void> {
  await told(async () => {
    const content = textOf(project, prompt);
    const saved = await services.session.api.updateTemplate(
      template.id,
      { content },
      template.version
    );
    await remember(services.session.queries, saved);
    tellSaved(services, saved);
  });
}

export function textOf(project: ProjectModel, prompt: PromptNode): string {
  return project.texts.textOf(prompt.key) ?? prompt.template;
}

/** Delete a template; for a while that can be taken back. */
export function removeTemplate(
  { session }: WorkbenchServices,
  template: Pick<TemplateSummary, 'id' | 'name'>
): void {
  session.deletedTemplates
    .remove(template)
    .catch((error: unknown) => Notification.error(messageOf(error)));
}

/** What was deleted in the dialog can be taken back after it is closed, too. */
export function tellRemoved({ session, trans }: WorkbenchServices): void {
  for (const { id, name } of session.deletedTemplates.pending.get()) {
    Notification.emit(trans.__('“%1” was deleted.', name), 'default', {
      autoClose: UNDO_TIME,
      actions: [{ label: trans.__('Undo'), callback: () => session.deletedTemplates.undo(id) }]
    });
  }
}

function tellSaved(services: WorkbenchServices, { id, name }: Template): void {
  const { trans } = services;
  Notification.emit(trans.__('“%1” was saved to the library.', name), 'success', {
    autoClose: 4000,
    actions: [{ label: trans.__('Show'), callback: () => openLibrary(services, id) }]
  });
}

async function told(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    Notification.error(messageOf(error), { autoClose: 8000 });
  }
}
