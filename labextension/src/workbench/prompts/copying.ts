/** Copies a prompt, or a part of it, as the server puts it together. */
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { codePoints } from '../../state/text';
import type { ProjectModel } from '../../state/project';
import type { PromptNode } from '../../state/tree';
import type { MenuEntry } from '../common/menu';
import { characters } from '../common/numbers';
import type { WorkbenchServices } from '../common/services';
import { textOf } from '../templates/actions';

export type Part = 'prompt' | 'template' | 'context';

export async function copyPart(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode,
  part: Part
): Promise<void> {
  const { session, trans, language } = services;
  const preview = session.preview(project.id, prompt.key);
  const text =
    part === 'template'
      ? textOf(project, prompt)
      : part === 'context'
        ? await preview.context()
        : ((await preview.compile())?.compiled ?? null);
  if (text === null) {
    Notification.warning(
      trans.__('Not everything is saved yet, so nothing was copied. Try again in a moment.'),
      { autoClose: 5000 }
    );
  } else if (text === '') {
    Notification.info(trans.__('There is nothing to copy.'), { autoClose: 3000 });
  } else {
    Clipboard.copyToSystem(text);
    Notification.success(trans.__('Copied: %1', characters(codePoints(text), trans, language)), {
      autoClose: 2000
    });
  }
}

export function copyMenu(
  services: WorkbenchServices,
  project: ProjectModel,
  prompt: PromptNode
): MenuEntry[] {
  const { trans } = services;
  const copy = (part: Part) => (): void => void copyPart(services, project, prompt, part);
  return [
    { label: trans.__('Copy the prompt'), run: copy('prompt') },
    { label: trans.__('Copy the template only'), run: copy('template') },
    {
      label: trans.__('Copy the context only'),
      disabled: prompt.selected.length === 0,
      run: copy('context')
    }
  ];
}
