/** What a version did, in a sentence. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ChangeKind, HistoryChange } from '../../api/types';
import { exact } from '../common/numbers';

export function changeText(
  change: HistoryChange,
  trans: TranslationBundle,
  language: string
): string {
  const title = change.title ?? trans.__('untitled');
  const sizes = (): [string, string] => [
    exact(change.inserted ?? 0, language),
    exact(change.deleted ?? 0, language)
  ];
  const texts: Record<ChangeKind, () => string> = {
    create: () => trans.__('The project was made'),
    copy: () => trans.__('The project was copied from another one'),
    import: () => trans.__('The project was imported'),
    restore: () => trans.__('Version %1 was brought back', change.version ?? 0),
    rename: () => trans.__('The project was renamed “%1”', title),
    add: () => trans.__('“%1” was added', title),
    edit: () => trans.__('“%1” was edited: +%2 −%3 characters', title, ...sizes()),
    retitle: () => trans.__('Renamed “%1”', title),
    source: () => trans.__('“%1” was taken anew from its source', title),
    move: () => trans.__('“%1” was moved', title),
    delete: () => trans.__('“%1” was deleted', title),
    select: () =>
      trans._n(
        'Prompt “%2”: %1 text chosen',
        'Prompt “%2”: %1 texts chosen',
        change.selected ?? 0,
        title
      ),
    addPrompt: () => trans.__('Prompt “%1” was added', title),
    editPrompt: () => trans.__('Prompt “%1” was edited: +%2 −%3 characters', title, ...sizes()),
    movePrompt: () => trans.__('Prompt “%1” was moved', title),
    deletePrompt: () => trans.__('Prompt “%1” was deleted', title)
  };
  return texts[change.kind]();
}
