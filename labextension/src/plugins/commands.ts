/** A command for what the buttons do, in the palette. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { CommandIDs, PANEL_ID } from './commandIds';
import { workbenchIcon } from './icons';
import type { Action } from './runtime';
import { IPromptyFlow } from './tokens';

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

export const commands: JupyterFrontEndPlugin<void> = {
  id: 'promptyflow-lab:commands',
  description: 'The commands of the prompt workbench.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [ICommandPalette],
  activate: (app, flow: IPromptyFlow, palette: ICommandPalette | null) => {
    const registry = app.commands;

    /** Act in the view a person works in; where that is the side panel, show it. */
    const act = async (action: Action): Promise<void> => {
      if (flow.current === flow.panelView) {
        app.shell.activateById(PANEL_ID);
      }
      await (await flow.load()).perform(action, flow.current);
    };

    registry.addCommand(CommandIDs.open, {
      label: () => flow.trans.__('Open the workbench'),
      caption: () => flow.trans.__('Show the side panel with context, prompts and answers'),
      icon: workbenchIcon,
      describedBy: NO_ARGS,
      execute: () => app.shell.activateById(PANEL_ID)
    });
    const actions: [string, Action, () => string][] = [
      [CommandIDs.newProject, 'new-project', () => flow.trans.__('New project')],
      [CommandIDs.newBlock, 'new-block', () => flow.trans.__('New context block')],
      [CommandIDs.newPrompt, 'new-prompt', () => flow.trans.__('New prompt')],
      [CommandIDs.split, 'split', () => flow.trans.__('Split the open text…')],
      [CommandIDs.fullScreen, 'full-screen', () => flow.trans.__('Show the open text full screen')],
      [CommandIDs.findInText, 'find-in-text', () => flow.trans.__('Find in the open text…')],
      [CommandIDs.find, 'find', () => flow.trans.__('Find in the project…')],
      [CommandIDs.history, 'history', () => flow.trans.__('Versions of the project…')],
      [CommandIDs.importFile, 'import', () => flow.trans.__('Import a file…')],
      [CommandIDs.exportProject, 'export', () => flow.trans.__('Export the project')],
      [CommandIDs.send, 'send', () => flow.trans.__('Send the prompt')],
      [CommandIDs.stop, 'stop', () => flow.trans.__('Stop the answer')],
      [CommandIDs.undo, 'undo', () => flow.trans.__('Undo the last change of the project')],
      [CommandIDs.redo, 'redo', () => flow.trans.__('Redo the last change of the project')],
      [CommandIDs.help, 'help', () => flow.trans.__('Help for PromptyFlow')],
      [CommandIDs.tour, 'tour', () => flow.trans.__('Take the tour of PromptyFlow')]
    ];
    for (const [id, action, label] of actions) {
      registry.addCommand(id, { label, describedBy: NO_ARGS, execute: () => act(action) });
    }
    for (const command of [CommandIDs.open, ...actions.map(([id]) => id)]) {
      palette?.addItem({ command, category: flow.trans.__('PromptyFlow') });
    }
  }
};
