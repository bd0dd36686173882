/** A command for what the buttons do, in the palette. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { CommandIDs, PANEL_ID } from './commandIds';
import type { Action, Command } from './commandTable';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands have their names from the start
import { COMMANDS, NOT_LOADED } from './commandTable';
import { workbenchIcon } from './icons';
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
    const category = flow.trans.__('PromptyFlow');

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
    palette?.addItem({ command: CommandIDs.open, category });
    const now = (): typeof NOT_LOADED => flow.loaded?.situation(flow.current) ?? NOT_LOADED;
    for (const [action, given] of Object.entries(COMMANDS)) {
      const command = `promptyflow:${action}`;
      const { label, enabled, toggled }: Command = given;
      registry.addCommand(command, {
        label: () => label(flow.trans),
        describedBy: NO_ARGS,
        isEnabled: () => enabled(now()),
        ...(toggled ? { isToggleable: true, isToggled: () => toggled(now()) } : {}),
        execute: () => act(action as Action)
      });
      palette?.addItem({ command, category });
    }
  }
};
