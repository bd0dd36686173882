/** The side panel. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
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
  optional: [ILayoutRestorer, IStateDB],
  activate: (app, flow: IPromptyFlow, restorer: ILayoutRestorer | null, state: IStateDB | null) => {
    const { trans, panelView } = flow;
    const { commands, shell } = app;
    const widget = new WorkbenchShell({
      flow,
      view: panelView,
      openInTab: () => void commands.execute(CommandIDs.openMain)
    });
    if (state) {
      panelView.prepareBy(() => keepView(panelView, state, 'panel'));
    }
    widget.id = PANEL_ID;
    widget.title.icon = workbenchIcon;
    widget.title.caption = trans.__('PromptyFlow: context, prompts and answers');
    shell.add(widget, 'left', { rank: 510, type: 'PromptyFlow' });
    restorer?.add(widget, widget.id);

    const openOnce = async (): Promise<void> => {
      const set = await flow.settings.ready();
      await app.restored;
      const wanted = set?.composite['openAtStart'] === true;
      if (wanted && (await state?.fetch(SHOWN)) === undefined) {
        await state?.save(SHOWN, true);
        shell.activateById(PANEL_ID);
      }
    };
    void openOnce();
  }
};
