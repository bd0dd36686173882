/** Everything that is loaded with the first view: the session, and the React app. */
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Contents, ServerConnection } from '@jupyterlab/services';
import { QueryClient } from '@tanstack/react-query';
import { ApiClient } from '../api/client';
import { jupyterTransport } from '../api/jupyter';
import type { LanguageCode } from '../api/types';
import type { Language } from '../state/language';
import { Session } from '../state/session';
import type { Store } from '../state/store';
import type { ToldSaveState, ViewModel } from '../state/view';
import type { OpenNotebooks } from '../notebooks/open';
import { SourceReader } from '../notebooks/reader';
import type { CellJson } from '../sources';
import type { Piece } from '../workbench/context/adding';
import { addPieces, piecesOfCells } from '../workbench/context/adding';
import { piecesOfFiles } from '../workbench/context/files';
import type { WorkbenchServices } from '../workbench/common/services';
import { perform } from '../workbench/commands/perform';
import type { Situation } from '../workbench/commands/situation';
import { situationOf } from '../workbench/commands/situation';
import { showNewProject } from '../workbench/projects/actions';
import { answerText, currentPrompt } from '../workbench/runs/actions';
import type { Action } from './commandTable';
import type { Settings } from './settings';
import Workbench from '../workbench/Workbench';
// At JupyterLab's own start nothing of it is needed: see style/start.css.
import '../../style/workbench.css';

export interface RuntimeOptions {
  server: ServerConnection.ISettings;
  settings: Settings;
  editors: IEditorFactoryService;
  rendermime: IRenderMimeRegistry;
  contents: Contents.IManager;
  language: Language;
  notebooks: OpenNotebooks | null;
  saveState: Store<ToldSaveState | null>;
  insertBelow: ((text: string) => void) | null;
  /** A person works in a view from now on. */
  enter: (view: ViewModel) => void;
  /** A view is gone. */
  leave: (view: ViewModel) => void;
}

export class Runtime {
  readonly session: Session;
  private readonly sources: SourceReader;
  readonly Workbench = Workbench;
  readonly enter: (view: ViewModel) => void;
  readonly leave: (view: ViewModel) => void;

  constructor(private readonly options: RuntimeOptions) {
    const { server, settings, language } = options;
    this.enter = options.enter;
    this.leave = options.leave;
    const { words } = language;
    const queries = new QueryClient({
      defaultOptions: { queries: { staleTime: 10_000, retry: 1 } }
    });
    const api = new ApiClient(
      jupyterTransport(server, () => words.get().language),
      () => words.get().trans.__('The server does not answer. Try again in a moment.')
    );
    this.sources = new SourceReader(options.contents, options.notebooks);
    this.session = new Session(
      api,
      queries,
      server.baseUrl,
      this.sources,
      settings.preferences,
      // Whoever cannot have their language works in another one.
      user => this.settleLanguage(user.language).catch(() => undefined)
    );
    window.addEventListener('online', () => void this.session.wake());
    window.addEventListener('pagehide', () => this.session.leave());
    document.addEventListener('visibilitychange', () =>
      document.hidden ? this.session.sleep() : void this.session.wake()
    );
  }

  services(view: ViewModel, openInTab: (() => void) | null): WorkbenchServices {
    const { session, sources } = this;
    const { language: spoken, ...rest } = this.options;
    const { preferences } = this.options.settings;
    const words = spoken.words.get();
    return { ...rest, ...words, preferences, spoken, session, sources, view, openInTab };
  }

  /** Keep a language that was chosen in the settings with the account of the person. */
  async keepLanguage(code: LanguageCode | null): Promise<void> {
    await this.session.start();
    if (this.session.user?.language !== code) {
      await this.session.setLanguage(code);
    }
  }

  /** The account knows which language was chosen last, here or elsewhere. */
  private async settleLanguage(known: LanguageCode | null): Promise<void> {
    const { settings, language } = this.options;
    await settings.ready();
    const usual = settings.hasLanguage ? null : settings.preferences.get().language;
    const code = known ?? usual;
    await language.choose(code);
    if (settings.preferences.get().language !== code) {
      // The account is what counts; the settings only show the same.
      settings.setLanguage(code).catch(() => undefined);
    }
  }

  /** Do what a command says, in the view a person works in. */
  perform(action: Action, view: ViewModel): Promise<void> {
    return perform(action, this.services(view, null));
  }

  /** What can be done in that view. */
  situation(view: ViewModel): Situation {
    return situationOf(this.services(view, null));
  }

  /** Bring texts and files into the context of the open project. */
  async add(found: readonly (Piece | { path: string })[], view: ViewModel): Promise<void> {
    const services = this.services(view, null);
    await view.prepared();
    await this.session.start();
    view.belongTo(this.session.user?.id ?? '');
    const { projectId } = view.state.get();
    if (projectId === null) {
      showNewProject(services);
      return;
    }
    const project = this.session.project(projectId);
    await project.load();
    const pieces = await Promise.all(
      found.map(one =>
        'path' in one
          ? piecesOfFiles(this.sources, [one.path], services.trans)
          : Promise.resolve([one])
      )
    );
    addPieces(services, project, pieces.flat());
  }

  piecesOf(cells: readonly CellJson[], otherwise: string): Piece[] {
    return piecesOfCells(cells, this.sources, otherwise);
  }

  /** The last answer of the prompt that is open, if there is one. */
  async lastAnswer(view: ViewModel): Promise<string | null> {
    await this.session.start();
    const { projectId } = view.state.get();
    const project = projectId === null ? null : this.session.openProject(projectId);
    const prompt = project && currentPrompt(this.services(view, null), project);
    const run = prompt && this.session.run(project.id, prompt.key).state.get();
    const text = run ? answerText(run, this.session.editedAnswers.texts.get()) : '';
    return text === '' ? null : text;
  }
}
