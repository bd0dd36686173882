/** What can be done with a prompt. */
import { Notification } from '@jupyterlab/apputils';
import { UNDO_TIME } from '../../state/deletions';
import type { ProjectModel } from '../../state/project';
import type { Key, PromptNode } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import type { MenuEntry } from '../common/menu';
import type { WorkbenchServices } from '../common/services';
import { stop } from '../runs/stop';
import { refusesChanges } from '../sharing/readOnly';

/** A new prompt begins with the place where the context goes. */
const FIRST_TEMPLATE = '{{context}}\n\n';

export function addPrompt(services: WorkbenchServices, project: ProjectModel): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view, preferences } = services;
  const { wrapInTags } = preferences.get();
  const key = project.addPrompt({ template: FIRST_TEMPLATE, wrapInTags });
  view.state.patch({ promptKey: key, tab: 'prompt', browsing: false, typing: key });
}

export function duplicatePrompt(
  { view, trans }: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): void {
  const key = project.addPrompt({
    title: trans.__('%1 (Copy)', promptTitle(prompt, trans)),
    ...contentsOf(project, prompt)
  });
  project.select(key, prompt.selected);
  view.openPrompt(key);
}

export function removePrompt(services: WorkbenchServices, project: ProjectModel, key: Key): void {
  if (refusesChanges(services, project)) {
    return;
  }
  const { view, trans } = services;
  project.texts.capture();
  const prompt = findPrompt(project.tree, key);
  if (!prompt) {
    return;
  }
  const { prompts } = project.tree;
  const at = prompts.findIndex(one => one.key === key);
  const title = promptTitle(prompt, trans);
  view.state.patch({ promptKey: (prompts[at + 1] ?? prompts[at - 1])?.key ?? null });
  void stop(services.session.run(project.id, key)); // nobody waits for its answer any more
  const step = project.removePrompt(key);
  Notification.emit(trans.__('“%1” was deleted.', title), 'default', {
    autoClose: UNDO_TIME,
    actions: [
      {
        label: trans.__('Undo'),
        callback: () => {
          const back = step && project.history.undo(step);
          void back?.then(restored => restored !== null && view.openPrompt(restored));
        }
      }
    ]
  });
}

export function promptTitle(prompt: PromptNode, trans: WorkbenchServices['trans']): string {
  return prompt.title ?? trans.__('New prompt');
}

export function promptMenu(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): (MenuEntry | null)[] {
  const { trans, view } = services;
  const { prompts } = project.tree;
  return [
    { label: trans.__('Rename'), run: () => view.rename(prompt.key) },
    {
      label: trans.__('Duplicate'),
      run: () => duplicatePrompt(services, project, prompt)
    },
    null,
    {
      label: trans.__('Earlier answers of this prompt'),
      run: () => view.state.patch({ dialog: 'runs', runsOf: prompt.key })
    },
    null,
    {
      label: trans.__('Move up'),
      disabled: prompts[0]?.key === prompt.key,
      run: () => project.step(prompt.key, -1)
    },
    {
      label: trans.__('Move down'),
      disabled: prompts.at(-1)?.key === prompt.key,
      run: () => project.step(prompt.key, 1)
    },
    null,
    { label: trans.__('Delete'), run: () => removePrompt(services, project, prompt.key) }
  ];
}

function contentsOf(
  project: ProjectModel,
  prompt: PromptNode
): Pick<PromptNode, 'template' | 'wrapInTags' | 'variables' | 'templateId' | 'modelConfigId'> {
  const { wrapInTags, variables, templateId, modelConfigId } = prompt;
  const template = project.texts.textOf(prompt.key) ?? prompt.template;
  return { template, wrapInTags, variables, templateId, modelConfigId };
}
