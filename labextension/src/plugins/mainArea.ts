/** The workbench in a tab of the main area. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ILauncher } from '@jupyterlab/launcher';
import { ViewModel } from '../state/view';
import { CommandIDs } from './commandIds';
import { workbenchIcon } from './icons';
import { WorkbenchShell } from './shell';
import { IPromptyFlow } from './tokens';
import { keepView } from './views';

export const mainArea: JupyterFrontEndPlugin<void> = {
  id: 'promptyflow-lab:main-area',
  description: 'The prompt workbench in a tab of the main area, and its tile in the launcher.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [ILayoutRestorer, IStateDB, ICommandPalette, ILauncher],
  activate: (
    app,
    flow: IPromptyFlow,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null
  ) => {
    const { commands, shell } = app;
    const tracker = new WidgetTracker<WorkbenchShell>({ namespace: 'promptyflow-tab' });
    let opened = 0;

    commands.addCommand(CommandIDs.openMain, {
      label: args =>
        args['isLauncher']
          ? flow.trans.__('PromptyFlow')
          : flow.trans.__('Open the workbench in a tab'),
      caption: () => flow.trans.__('Context, prompts and answers side by side'),
      icon: args => (args['isPalette'] ? undefined : workbenchIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            name: { type: 'string', description: flow.trans.__('Name of a tab to bring back') },
            isLauncher: { type: 'boolean' },
            isPalette: { type: 'boolean' }
          }
        }
      },
      execute: async args => {
        const { projectId } = flow.current.state.get();
        const there = tracker.find(tab => tab.view.state.get().projectId === projectId);
        if (there && args['name'] === undefined) {
          shell.activateById(there.id);
          return;
        }
        const restored = typeof args['name'] === 'string' ? args['name'] : null;
        const name = restored ?? `tab-${Date.now()}-${opened++}`;
        const view = new ViewModel(restored === null ? flow.current.saved() : {});
        if (state) {
          await keepView(view, state, name);
        }
        const widget = new WorkbenchShell({ flow, view, openInTab: null });
        widget.id = `promptyflow-${name}`;
        widget.title.icon = workbenchIcon;
        widget.title.closable = true;
        followName(flow, widget);
        await tracker.add(widget);
        // A type of its own: JupyterLab keeps where those of a type were moved, and moves them all.
        shell.add(widget, 'main', { type: 'PromptyFlow Tab' });
        if (restored === null) {
          shell.activateById(widget.id);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.openMain,
      category: flow.trans.__('PromptyFlow'),
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.openMain,
      args: { isLauncher: true },
      rank: 50
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openMain,
        name: widget => widget.id.replace(/^promptyflow-/, ''),
        args: widget => ({ name: widget.id.replace(/^promptyflow-/, '') })
      });
    }
  }
};

/** Keep the name of the open project in the title of the tab. */
function followName(flow: IPromptyFlow, widget: WorkbenchShell): void {
  const { state } = widget.view;
  const show = (): void => {
    const { projectName } = state.get();
    widget.title.label =
      projectName === null
        ? flow.trans.__('PromptyFlow')
        : flow.trans.__('PromptyFlow: %1', projectName);
  };
  show();
  widget.disposed.connect(state.subscribe(show), widget);
}
