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
    const { trans } = flow;
    const registry = app.commands;

    /** Act in the view a person works in; where that is the side panel, show it. */
    const act = async (action: Action): Promise<void> => {
      if (flow.current === flow.panelView) {
        app.shell.activateById(PANEL_ID);
      }
      await (await flow.load()).perform(action, flow.current);
    };

    registry.addCommand(CommandIDs.open, {
      label: trans.__('Open the workbench'),
      caption: trans.__('Show the side panel with context, prompts and answers'),
      icon: workbenchIcon,
      describedBy: NO_ARGS,
      execute: () => app.shell.activateById(PANEL_ID)
    });
    registry.addCommand(CommandIDs.newProject, {
      label: trans.__('New project'),
      describedBy: NO_ARGS,
      execute: () => act('new-project')
    });
    registry.addCommand(CommandIDs.newBlock, {
      label: trans.__('New context block'),
      describedBy: NO_ARGS,
      execute: () => act('new-block')
    });
    registry.addCommand(CommandIDs.newPrompt, {
      label: trans.__('New prompt'),
      describedBy: NO_ARGS,
      execute: () => act('new-prompt')
    });
    registry.addCommand(CommandIDs.split, {
      label: trans.__('Split the open text…'),
      describedBy: NO_ARGS,
      execute: () => act('split')
    });
    registry.addCommand(CommandIDs.send, {
      label: trans.__('Send the prompt'),
      describedBy: NO_ARGS,
      execute: () => act('send')
    });
    registry.addCommand(CommandIDs.stop, {
      label: trans.__('Stop the answer'),
      describedBy: NO_ARGS,
      execute: () => act('stop')
    });
    registry.addCommand(CommandIDs.undo, {
      label: trans.__('Undo the last change of the project'),
      describedBy: NO_ARGS,
      execute: () => act('undo')
    });
    registry.addCommand(CommandIDs.redo, {
      label: trans.__('Redo the last change of the project'),
      describedBy: NO_ARGS,
      execute: () => act('redo')
    });
    const { open, newProject, newBlock, newPrompt, split, send, stop, undo, redo } = CommandIDs;
    for (const command of [open, newProject, newBlock, newPrompt, split, send, stop, undo, redo]) {
      palette?.addItem({ command, category: trans.__('PromptyFlow') });
    }
  }
};
