/** Commands between the notebook and the context: cells, selections and files in, answers out. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import type { Piece } from '../workbench/context/adding';
import { CommandIDs, PANEL_ID } from './commandIds';
import { workbenchIcon } from './icons';
import { notebookIn, selectedCells, selectedFiles, selectedText } from './surroundings';
import { IPromptyFlow } from './tokens';

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

export const capture: JupyterFrontEndPlugin<void> = {
  id: 'promptyflow-lab:capture',
  description: 'Brings cells, selections and files into the context, and answers into notebooks.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, flow: IPromptyFlow, palette: ICommandPalette | null) => {
    const { commands } = app;
    const add = async (pieces: (Piece | { path: string })[]): Promise<void> => {
      if (flow.current === flow.panelView) {
        app.shell.activateById(PANEL_ID);
      }
      await (await flow.load()).add(pieces, flow.current);
    };

    commands.addCommand(CommandIDs.addCells, {
      label: () => flow.trans.__('Add the selected cells to the context'),
      icon: args => (args['isPalette'] ? undefined : workbenchIcon),
      describedBy: NO_ARGS,
      isEnabled: () => notebookIn(app) !== null,
      execute: async () => {
        const found = notebookIn(app);
        if (found) {
          const cells = selectedCells(found.notebook);
          await add((await flow.load()).piecesOf(cells, found.path));
        }
      }
    });
    commands.addCommand(CommandIDs.addSelection, {
      label: () => flow.trans.__('Add the selected text to the context'),
      describedBy: NO_ARGS,
      isEnabled: () => selectedText(app) !== null,
      execute: async () => {
        const piece = selectedText(app);
        if (piece) {
          await add([piece]);
        }
      }
    });
    commands.addCommand(CommandIDs.addFiles, {
      label: () => flow.trans.__('Add the selected files to the context'),
      icon: args => (args['isPalette'] ? undefined : workbenchIcon),
      describedBy: NO_ARGS,
      isEnabled: () => selectedFiles(app).length > 0,
      execute: () => add(selectedFiles(app).map(path => ({ path })))
    });
    commands.addCommand(CommandIDs.insertAnswer, {
      label: () => flow.trans.__('Insert the last answer below the active cell'),
      describedBy: {
        args: { type: 'object', properties: { text: { type: 'string' } } }
      },
      isEnabled: args => typeof args['text'] === 'string' || notebookIn(app) !== null,
      execute: async args => {
        const found = notebookIn(app);
        const { text } = args;
        const answer =
          typeof text === 'string' ? text : await (await flow.load()).lastAnswer(flow.current);
        if (!found || answer === null) {
          Notification.warning(
            found
              ? flow.trans.__('There is no answer to insert yet.')
              : flow.trans.__('Open a notebook: the answer goes below its active cell.'),
            { autoClose: 5000 }
          );
          return;
        }
        app.shell.activateById(found.panel.id);
        await commands.execute('notebook:insert-cell-below');
        await commands.execute('notebook:change-cell-to-markdown');
        found.notebook.activeCell?.model.sharedModel.setSource(answer);
      }
    });
    const { addCells, addSelection, addFiles, insertAnswer } = CommandIDs;
    for (const command of [addCells, addSelection, addFiles, insertAnswer]) {
      palette?.addItem({
        command,
        category: flow.trans.__('PromptyFlow'),
        args: { isPalette: true }
      });
    }
  }
};
