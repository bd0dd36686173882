/** What is asked before a prompt is sent, as it was set in JupyterLab's settings. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ProjectModel } from '../../state/project';
import type { Choice } from '../../state/sending';
import type { PromptNode } from '../../state/tree';
import { money } from '../ai/prices';
import type { WorkbenchServices } from '../common/services';
import { titleOf } from '../context/actions';
import type { Outdated } from '../context/refreshing';
import { outdatedAmong, retake } from '../context/refreshing';

/** More titles than that are not read. */
const MOST_TITLES = 5;

/** Whether the prompt is to be sent, after what had to be asked and taken anew. */
export async function mayBeSent(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  choice: Choice
): Promise<boolean> {
  return (
    (await contextIsFresh(services, project, prompt)) &&
    (await costIsFine(services, project, prompt, choice))
  );
}

async function contextIsFresh(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): Promise<boolean> {
  const { refreshSources } = services.preferences.get();
  if (refreshSources === 'never' || !project.editable) {
    return true;
  }
  const outdated = await outdatedAmong(services, project, prompt.selected);
  if (outdated.length === 0) {
    return true;
  }
  const answer = refreshSources === 'ask' ? await askToRefresh(services, outdated) : 'refresh';
  if (answer === 'refresh') {
    outdated.forEach(one => retake(project, one));
  }
  return answer !== 'cancel';
}

async function askToRefresh(
  { trans }: WorkbenchServices,
  outdated: readonly Outdated[]
): Promise<'refresh' | 'send' | 'cancel'> {
  const titles = outdated.slice(0, MOST_TITLES).map(({ node }) => `“${titleOf(node, trans)}”`);
  const { button } = await showDialog({
    title: trans._n(
      '%1 selected text is not what its source says any more',
      '%1 selected texts are not what their sources say any more',
      outdated.length
    ),
    body: [...titles, ...(outdated.length > MOST_TITLES ? ['…'] : [])].join(', '),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.createButton({ label: trans.__('Send as it is'), actions: ['send'] }),
      Dialog.okButton({ label: trans.__('Refresh and send'), actions: ['refresh'] })
    ],
    defaultButton: 2
  });
  return button.actions.includes('refresh')
    ? 'refresh'
    : button.actions.includes('send')
      ? 'send'
      : 'cancel';
}

async function costIsFine(
  { session, preferences, trans, language }: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  { provider, model, info, parameters }: Choice
): Promise<boolean> {
  const { confirmAbove } = preferences.get();
  if (confirmAbove === 0 || !info?.prices || !(await project.flush())) {
    return true; // what is not saved is not sent, and told there
  }
  const { system = null, maxTokens = null } = parameters;
  const promptBlockId = project.queue.identities.promptIdOf(prompt.key) ?? 0;
  const counted = await session.api
    .countTokens({ projectId: project.id, promptBlockId, provider, model, system, maxTokens })
    .catch(() => null); // whether it can be sent at all is told by sending it
  const total = counted?.cost?.total ?? 0;
  if (total <= confirmAbove) {
    return true;
  }
  const { button } = await showDialog({
    title: counted?.cost?.output
      ? trans.__('This may cost up to %1', money(total, language))
      : trans.__('This costs %1, and the answer', money(total, language)),
    body: trans.__(
      'Model: %1. You can set in the settings from which cost on you are asked.',
      model
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Send') })
    ]
  });
  return button.accept;
}
