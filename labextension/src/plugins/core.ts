/** Provides the workbench to the other plugins, and loads nothing of it before it is seen. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import type { Catalogue } from '../state/language';
import { Language } from '../state/language';
import { Store } from '../state/store';
import type { ToldSaveState } from '../state/view';
import { ViewModel } from '../state/view';
import type { Runtime } from './runtime';
import { CommandIDs } from './commandIds';
import type { OpenNotebooks } from '../notebooks/open';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- what is set decides how things are called
import { Settings } from './settings';
import { IOpenNotebooks, IPromptyFlow } from './tokens';

export const core: JupyterFrontEndPlugin<IPromptyFlow> = {
  id: 'promptyflow-lab:core',
  description: 'Provides the session that all views of the prompt workbench share.',
  autoStart: true,
  requires: [IEditorServices, IRenderMimeRegistry],
  optional: [ITranslator, ISettingRegistry, IOpenNotebooks],
  provides: IPromptyFlow,
  activate: (
    app,
    editors: IEditorServices,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    registry: ISettingRegistry | null,
    notebooks: OpenNotebooks | null
  ) => {
    const language = new Language(
      translator,
      async () =>
        (await import('../../../promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json')) as unknown as Catalogue
    );
    // The names of commands are read anew when somebody chooses another language.
    language.words.subscribe(() => app.commands.notifyCommandChanged());
    const settings = new Settings(registry, () => language.words.get().trans);
    language.words.subscribe(() => settings.translate());
    const { preferences } = settings;
    const follow = async (): Promise<void> => {
      const chosen = preferences.get().language;
      if (chosen !== language.chosen.get()) {
        await language.choose(chosen);
        await (await flow.load()).keepLanguage(chosen);
      }
    };
    void settings.ready().then(async () => {
      await language.choose(preferences.get().language);
      preferences.subscribe(() => void follow());
    });
    const panelView = new ViewModel();
    const saveState = new Store<ToldSaveState | null>(null);
    let runtime: Promise<Runtime> | null = null;
    const flow: IPromptyFlow = {
      get trans() {
        return language.words.get().trans;
      },
      language,
      settings,
      panelView,
      current: panelView,
      loaded: null,
      saveState,
      enter: view => {
        flow.current = view;
      },
      leave: view => {
        if (flow.current === view) {
          flow.current = panelView;
        }
      },
      load: () => {
        runtime ??= import('./runtime').then(module => {
          const made = new module.Runtime({
            server: app.serviceManager.serverSettings,
            settings,
            editors: editors.factoryService,
            rendermime,
            contents: app.serviceManager.contents,
            language,
            notebooks,
            saveState,
            insertBelow: text => void app.commands.execute(CommandIDs.insertAnswer, { text }),
            enter: flow.enter,
            leave: flow.leave
          });
          flow.loaded = made;
          return made;
        });
        // What could not be loaded is loaded when it is wanted again.
        runtime.catch(() => (runtime = null));
        return runtime;
      }
    };
    return flow;
  }
};
