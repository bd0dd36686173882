/** The find bar of the editors, in the words of the workbench. */
// eslint-disable-next-line jupyter/prefer-lazy-imports -- JupyterLab has it; this is loaded with the workbench
import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { keymap } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ViewModel } from '../../state/view';

/** What an editor needs to find something in its text. */
export function finding(trans: TranslationBundle): Extension {
  return [
    search({ top: true }),
    keymap.of(searchKeymap.filter(({ key }) => key !== 'Mod-d')),
    EditorState.phrases.of({
      Find: trans.__('Find'),
      Replace: trans.__('Replace with'),
      next: trans.__('next'),
      previous: trans.__('previous'),
      all: trans.__('all'),
      'match case': trans.__('match case'),
      regexp: trans.__('regular expression'),
      'by word': trans.__('whole words'),
      replace: trans.__('replace'),
      'replace all': trans.__('replace all'),
      close: trans.__('Close'),
      'current match': trans.__('current match'),
      'on line': trans.__('on line'),
      'replaced match on line $': trans.__('replaced on line %1', '$'),
      'replaced $ matches': trans.__('replaced: %1', '$')
    })
  ];
}

/** Open the find bar of the text that is shown. */
export function findInText(view: ViewModel): void {
  view.state.patch({ finding: true });
}

export function openFinding(editor: EditorView): void {
  openSearchPanel(editor);
}
