/** The marks and completions of a text that is typed in: of a prompt, or of a template. */
import type { Extension } from '@codemirror/state';
import type { ProjectModel } from '../../state/project';
import { variablesIn } from '../../state/placeholders';
import type { Key } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import type { Word } from './placeholders';
import { completion, marks, NO_VALUES } from './placeholders';

export function placeholdersOf(
  trans: WorkbenchServices['trans'],
  of: { project: ProjectModel; key: Key } | null,
  place: 'page' | 'dialog'
): Extension[] {
  const values = of
    ? {
        get: () => findPrompt(of.project.tree, of.key)?.variables ?? NO_VALUES.get(),
        subscribe: of.project.state.subscribe
      }
    : NO_VALUES;
  return [marks(values), completion(() => wordsFor(trans, of?.project ?? null), place)];
}

/** What the server fills in, and the variables that prompts of the project have. */
function wordsFor(trans: WorkbenchServices['trans'], project: ProjectModel | null): Word[] {
  const own = (project?.tree.prompts ?? []).flatMap(prompt => [
    ...variablesIn(prompt.template),
    ...Object.keys(prompt.variables)
  ]);
  return [
    { name: 'context', told: trans.__('the selected context') },
    { name: 'date', told: trans.__('today') },
    { name: 'project', told: trans.__('name of the project') },
    { name: 'prompt', told: trans.__('name of the prompt') },
    ...[...new Set(own)].map(name => ({ name, told: trans.__('variable') }))
  ];
}
