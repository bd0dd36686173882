/** Sending a prompt, and what can be done with its answer. */
import type { ProjectModel } from '../../state/project';
import type { RunState } from '../../state/runs';
import type { Key, PromptNode } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import type { Choice } from '../../state/sending';
import { remembering } from '../../state/sending';
import { usualChoice } from '../ai/models';
import { promptTitle } from '../prompts/actions';
import { mayBeSent } from './gates';

/** Send the prompt to a model, after everything typed has reached the server. */
export async function send(
  services: WorkbenchServices,
  project: ProjectModel,
  promptKey: Key,
  choice: Choice
): Promise<void> {
  const { session, view, trans } = services;
  const { provider, model, config, parameters } = choice;
  const prompt = findPrompt(project.tree, promptKey);
  if (!prompt || !(await mayBeSent(services, project, prompt, choice))) {
    return;
  }
  const name = `${provider}/${model}`;
  const recent = remembering(view.state.get().recent, name);
  view.state.patch({ tab: 'answer', promptKey, recent, ...(config ? {} : { model: name }) });
  const run = session.run(project.id, promptKey);
  await run.start({ provider, model }, async () => {
    const complete = await project.flush();
    const promptBlockId = project.queue.identities.promptIdOf(promptKey);
    if (!complete || promptBlockId === null) {
      throw new Error(
        trans.__('Not everything is saved yet, so the prompt was not sent. Try again in a moment.')
      );
    }
    const of = { projectId: project.id, promptBlockId };
    return { ...parameters, provider, model, ...of, stream: true };
  });
}

/** Send as the prompt is sent as a rule; where there is no model, lead to the settings. */
export async function sendToUsual(
  services: WorkbenchServices,
  project: ProjectModel,
  promptKey: Key
): Promise<void> {
  const { session, view } = services;
  const { model, parameters } = view.state.get();
  const configId = findPrompt(project.tree, promptKey)?.modelConfigId ?? null;
  const choice = await usualChoice(session, { configId, model, parameters });
  if (choice) {
    await send(services, project, promptKey, choice);
  } else {
    view.state.patch({ dialog: 'settings', settingsTab: 'providers' });
  }
}

/** What stands on the screen as the answer: as the model wrote it, or as it was edited since. */
export function answerText(state: RunState, edited: Readonly<Record<string, string>>): string {
  return (state.runId === null ? undefined : edited[state.runId]) ?? state.text;
}

/** The name an answer gets as context, until somebody gives it another. */
export function answerTitle(
  trans: WorkbenchServices['trans'],
  prompt: string,
  model: string,
  at = new Date()
): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  const time = local.slice(0, 16).replace('T', ' ');
  return [...trans.__('AI response: %1 · %2 · %3', prompt, model, time)].slice(0, 200).join('');
}

/** Ask under which name, and where, the last answer of a prompt is kept. */
export function offerAnswer(
  { session, view, trans }: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): void {
  const run = session.run(project.id, prompt.key).state.get();
  const title = answerTitle(trans, promptTitle(prompt, trans), run.model);
  const text = answerText(run, session.editedAnswers.texts.get());
  view.state.patch({ dialog: 'saveAnswer', saving: { title, text } });
}

/** Keep an answer as an item of a block, or of a new block. */
export function saveAnswer(
  { view }: WorkbenchServices,
  project: ProjectModel,
  answer: { title: string; text: string },
  block: Key | { title: string }
): void {
  const parent = typeof block === 'string' ? block : project.add(null, block);
  view.openNode(project.add(parent, { title: answer.title, content: answer.text }));
}

/** The prompt the view shows, for commands. */
export function currentPrompt(
  { view }: WorkbenchServices,
  project: ProjectModel
): PromptNode | null {
  return findPrompt(project.tree, view.state.get().promptKey) ?? project.tree.prompts[0] ?? null;
}
