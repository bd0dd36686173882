/** Runs a template: a prompt of the open project says it, and is sent. */
import type { Template } from '../../api/types';
import type { ProjectModel } from '../../state/project';
import { isRunning } from '../../state/runs';
import type { ContextSource, TemplateRun } from '../../state/templateRuns';
import { asks, planRun } from '../../state/templateRuns';
import type { WorkbenchServices } from '../common/services';
import { currentPrompt, sendToUsual } from '../runs/actions';
import { noteUse } from './actions';

export function planOf(
  services: WorkbenchServices,
  project: ProjectModel,
  template: Template
): TemplateRun {
  project.texts.capture();
  return planRun(project.tree, template, currentPrompt(services, project), prompt =>
    isRunning(services.session.run(project.id, prompt.key).state.get().phase)
  );
}

/** Ask for what the template leaves open; where it leaves nothing open, send it. */
export function startRun(
  services: WorkbenchServices,
  project: ProjectModel,
  template: Template
): void {
  const plan = planOf(services, project, template);
  if (asks(plan)) {
    services.view.state.patch({ dialog: 'runTemplate', template: template.id, toRun: false });
  } else {
    services.view.state.patch({ dialog: null, template: null, toRun: false });
    void runTemplate(services, project, template, plan, plan.values, plan.contexts[0]);
  }
}

export async function runTemplate(
  services: WorkbenchServices,
  project: ProjectModel,
  template: Template,
  { prompt }: TemplateRun,
  variables: Readonly<Record<string, string>>,
  context: ContextSource | undefined
): Promise<void> {
  const { id, name, content } = template;
  const { wrapInTags } = services.preferences.get();
  const fields = { title: name, template: content, templateId: id, wrapInTags, variables };
  const key = prompt?.key ?? project.addPrompt(fields);
  if (prompt && JSON.stringify(prompt.variables) !== JSON.stringify(variables)) {
    project.updatePrompt(key, { variables });
  }
  if (context && context.name !== 'own') {
    project.select(key, context.selected);
  }
  services.view.openPrompt(key);
  await Promise.all([noteUse(services, template), sendToUsual(services, project, key)]);
}
