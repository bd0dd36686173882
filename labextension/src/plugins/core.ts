/** Provides the workbench to the other plugins, and loads nothing of it before it is seen. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Store } from '../state/store';
import type { ToldSaveState } from '../state/view';
import { ViewModel } from '../state/view';
import type { Runtime } from './runtime';
import type { OpenNotebooks } from '../notebooks/open';
import { IOpenNotebooks, IPromptyFlow } from './tokens';

export const core: JupyterFrontEndPlugin<IPromptyFlow> = {
  id: 'promptyflow-lab:core',
  description: 'Provides the session that all views of the prompt workbench share.',
  autoStart: true,
  requires: [IEditorServices, IRenderMimeRegistry],
  optional: [ITranslator, IOpenNotebooks],
  provides: IPromptyFlow,
  activate: (
    app,
    editors: IEditorServices,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    notebooks: OpenNotebooks | null
  ) => {
    const trans = (translator ?? nullTranslator).load('promptyflow_lab');
    const language = (translator?.languageCode ?? 'en').replace('_', '-');
    const panelView = new ViewModel();
    const saveState = new Store<ToldSaveState | null>(null);
    let runtime: Promise<Runtime> | null = null;
    return {
      trans,
      language,
      panelView,
      current: panelView,
      saveState,
      load: () => {
        runtime ??= import('./runtime').then(
          module =>
            new module.Runtime({
              settings: app.serviceManager.serverSettings,
              editors: editors.factoryService,
              rendermime,
              contents: app.serviceManager.contents,
              notebooks,
              trans,
              language,
              saveState
            })
        );
        return runtime;
      }
    };
  }
};
