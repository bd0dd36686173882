/** Provides the workbench to the other plugins, and loads nothing of it before it is seen. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import type { Catalogue } from '../state/language';
import { Language } from '../state/language';
import { Store } from '../state/store';
import type { ToldSaveState } from '../state/view';
import { ViewModel } from '../state/view';
import type { Runtime } from './runtime';
import { CommandIDs } from './commandIds';
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
    const language = new Language(
      translator,
      async () =>
        (await import('../../../promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json')) as unknown as Catalogue
    );
    // The names of commands are read anew when somebody chooses another language.
    language.words.subscribe(() => app.commands.notifyCommandChanged());
    const panelView = new ViewModel();
    const saveState = new Store<ToldSaveState | null>(null);
    let runtime: Promise<Runtime> | null = null;
    return {
      get trans() {
        return language.words.get().trans;
      },
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
              language,
              notebooks,
              saveState,
              insertBelow: text => void app.commands.execute(CommandIDs.insertAnswer, { text })
            })
        );
        return runtime;
      }
    };
  }
};
