/** The side panel. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { CommandIDs, PANEL_ID } from './commandIds';
import { workbenchIcon } from './icons';
import { WorkbenchShell } from './shell';
import { IPromptyFlow, PLUGIN_ID } from './tokens';
import { keepView } from './views';

/** Remembers that the panel has been opened by itself once. */
const SHOWN = 'promptyflow-lab:shown';

export const panel: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'The prompt workbench in the side area.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [ILayoutRestorer, IStateDB, ISettingRegistry],
  activate: (
    app,
    flow: IPromptyFlow,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    settings: ISettingRegistry | null
  ) => {
    const { trans, panelView } = flow;
    const { commands, shell } = app;
    const widget = new WorkbenchShell({
      flow,
      view: panelView,
      openInTab: () => void commands.execute(CommandIDs.openMain),
      prepare: state ? () => keepView(panelView, state, 'panel') : undefined
    });
    widget.id = PANEL_ID;
    widget.title.icon = workbenchIcon;
    widget.title.caption = trans.__('PromptyFlow: context, prompts and answers');
    shell.add(widget, 'left', { rank: 510, type: 'PromptyFlow' });
    restorer?.add(widget, widget.id);

    const openOnce = async (registry: ISettingRegistry): Promise<void> => {
      const { composite } = await registry.load(PLUGIN_ID);
      await app.restored;
      if (composite['openAtStart'] === true && (await state?.fetch(SHOWN)) === undefined) {
        await state?.save(SHOWN, true);
        shell.activateById(PANEL_ID);
      }
    };
    if (settings) {
      // JupyterLab takes the words of a schema from its own catalogues only.
      settings.transform(PLUGIN_ID, {
        fetch: plugin => {
          const { schema } = plugin;
          const { openAtStart } = schema.properties ?? {};
          schema.description = trans.__('Settings of the prompt workbench.');
          if (openAtStart) {
            openAtStart.title = trans.__('Open at first start');
            openAtStart.description = trans.__(
              'Show the side panel when JupyterLab is opened for the first time with this workspace.'
            );
          }
          return plugin;
        }
      });
      void openOnce(settings);
    }
  }
};
