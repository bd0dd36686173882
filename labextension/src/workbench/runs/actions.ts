/** Sending a prompt, and what can be done with its answer. */
import type { ProjectModel } from '../../state/project';
import type { RunState } from '../../state/runs';
import type { Key, PromptNode } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { usualModel } from '../ai/models';
import { promptTitle } from '../prompts/actions';

/** Send the prompt to a model, after everything typed has reached the server. */
export async function send(
  services: WorkbenchServices,
  project: ProjectModel,
  promptKey: Key,
  provider: string,
  model: string
): Promise<void> {
  const { session, view, trans } = services;
  view.state.patch({ tab: 'answer', promptKey, model: `${provider}/${model}` });
  const run = session.run(project.id, promptKey);
  await run.start({ provider, model }, async () => {
    const complete = await project.flush();
    const promptBlockId = project.queue.identities.promptIdOf(promptKey);
    if (!complete || promptBlockId === null) {
      throw new Error(
        trans.__('Not everything is saved yet, so the prompt was not sent. Try again in a moment.')
      );
    }
    return { provider, model, projectId: project.id, promptBlockId, stream: true };
  });
}

/** Send to the model that was used last; where there is none, lead to the settings. */
export async function sendToUsual(
  services: WorkbenchServices,
  project: ProjectModel,
  promptKey: Key
): Promise<void> {
  const { session, view } = services;
  const model = await usualModel(session, view.state.get().model);
  if (model) {
    await send(services, project, promptKey, model.provider, model.id);
  } else {
    view.state.patch({ dialog: 'settings' });
  }
}

/** What stands on the screen as the answer: as the model wrote it, or as it was edited since. */
export function answerText(state: RunState, edited: Readonly<Record<string, string>>): string {
  return (state.runId === null ? undefined : edited[state.runId]) ?? state.text;
}

/** How an answer is called among the context. */
export function answerName(
  { session, trans }: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): string {
  const { model } = session.run(project.id, prompt.key).state.get();
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  const time = local.slice(0, 16).replace('T', ' ');
  const title = trans.__('AI response: %1 · %2 · %3', promptTitle(prompt, trans), model, time);
  return [...title].slice(0, 200).join('');
}

/** Keep an answer as an item of a block, or of a new block. */
export function saveAnswer(
  { session, view }: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  as: { title: string; block: Key | { title: string } }
): void {
  const state = session.run(project.id, prompt.key).state.get();
  const content = answerText(state, session.editedAnswers.get());
  const parent = typeof as.block === 'string' ? as.block : project.add(null, as.block);
  view.openNode(project.add(parent, { title: as.title, content }));
}

/** The prompt the view shows, for commands. */
export function currentPrompt(
  { view }: WorkbenchServices,
  project: ProjectModel
): PromptNode | null {
  return findPrompt(project.tree, view.state.get().promptKey) ?? project.tree.prompts[0] ?? null;
}
