/** The words of the help. */
import type { TranslationBundle } from '@jupyterlab/translation';

export interface Topic {
  title: string;
  points: string[];
}

export function helpTopics(trans: TranslationBundle): Topic[] {
  return [
    {
      title: trans.__('First steps'),
      points: [
        trans.__('Make a project, and in it blocks with the texts that prompts may need.'),
        trans.__('Write a prompt. Where {{context}} stands, the chosen texts come in.'),
        trans.__('Choose texts on the tiles, look at the preview, and send.')
      ]
    },
    {
      title: trans.__('Context'),
      points: [
        trans.__(
          'Drop notebook cells, files or selected text on the tree, or use their context menus.'
        ),
        trans.__(
          'Texts from cells and files know where they come from: they say when it has changed.'
        ),
        trans.__(
          'Split a long text by sentences, headings, size or tokens; a prompt takes the parts it needs.'
        ),
        trans.__('Everything can be undone: press Ctrl+Z outside of an editor.')
      ]
    },
    {
      title: trans.__('Choosing context'),
      points: [
        trans.__(
          'Click a tile, or press and drag over several. From an empty place you draw a frame.'
        ),
        trans.__(
          'Shift+click takes all between two tiles, Ctrl+A all there are, Esc takes a gesture back.'
        ),
        trans.__('The numbers are the order in which the texts are sent.')
      ]
    },
    {
      title: trans.__('Prompts and templates'),
      points: [
        trans.__(
          'Names in double braces are variables; {{date}}, {{project}} and {{prompt}} are filled in for you.'
        ),
        trans.__(
          'With tags, each text is wrapped in its title, so that the model can tell them apart.'
        ),
        trans.__('A good prompt goes into the library and serves in other projects.')
      ]
    },
    {
      title: trans.__('Answers'),
      points: [
        trans.__(
          'Keys of providers are set up in the AI settings. They are stored encrypted and never shown again.'
        ),
        trans.__(
          'An answer can be stopped, repeated, made context, or inserted into the notebook.'
        ),
        trans.__('An answer goes on when you close the page. It is there when you come back.')
      ]
    },
    {
      title: trans.__('Saving'),
      points: [
        trans.__(
          'What you type is saved by itself. The state beside the name of the project says so.'
        ),
        trans.__(
          'Without a network you can go on: changes are kept in this browser and sent later.'
        ),
        trans.__('Where two people changed the same text, you see both and decide.'),
        trans.__('Versions of the project can be looked at and brought back.')
      ]
    }
  ];
}

export function helpKeys(trans: TranslationBundle): [string, string][] {
  return [
    ['F1', trans.__('Help')],
    ['Ctrl+Alt+P', trans.__('Open the workbench')],
    ['Ctrl+Alt+A', trans.__('Add the selected cells or text to the context')],
    ['Ctrl+Alt+B', trans.__('New context block')],
    ['Ctrl+Alt+N', trans.__('New prompt')],
    ['Ctrl+Shift+F', trans.__('Find in the project')],
    ['Ctrl+F', trans.__('Find in the open text')],
    ['Ctrl+E', trans.__('Full screen')],
    ['Ctrl+Enter', trans.__('Send the prompt')],
    ['Ctrl+Z, Ctrl+Shift+Z', trans.__('Undo, redo')],
    ['F2, Delete, Insert', trans.__('Rename, delete, add in the tree')],
    ['Alt+↑ ↓ ← →', trans.__('Move in the tree')]
  ];
}
