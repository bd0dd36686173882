/** The open project and whether it is saved, in the status bar. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';
import { CommandIDs } from './commandIds';
import { IPromptyFlow } from './tokens';

export const status: JupyterFrontEndPlugin<void> = {
  id: 'promptyflow-lab:status',
  description: 'Shows in the status bar whether the open project is saved.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [IStatusBar],
  activate: (app, flow: IPromptyFlow, bar: IStatusBar | null) => {
    if (!bar) {
      return; // Notebook 7 has none
    }
    const item = new Widget({ node: document.createElement('button') });
    item.addClass('pf-StatusItem');
    item.node.setAttribute('type', 'button');
    item.node.addEventListener('click', () => void app.commands.execute(CommandIDs.open));
    flow.saveState.subscribe(() => {
      const state = flow.saveState.get();
      item.setHidden(state === null);
      item.node.dataset['status'] = state?.status ?? '';
      item.node.textContent = state ? `PromptyFlow: ${state.label}` : '';
      item.node.title = state ? `${state.project}: ${state.label}` : '';
    });
    bar.registerStatusItem('promptyflow-lab:save-state', {
      item,
      align: 'right',
      rank: 900,
      // The bar shows what is registered, if it is not told otherwise.
      isActive: () => flow.saveState.get() !== null
    });
  }
};
