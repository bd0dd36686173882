/** Everything that is loaded with the first view: the session, and the React app. */
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Contents, ServerConnection } from '@jupyterlab/services';
import { QueryClient } from '@tanstack/react-query';
import { ApiClient } from '../api/client';
import { jupyterTransport } from '../api/jupyter';
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
import { addBlock } from '../workbench/context/actions';
import type { WorkbenchServices } from '../workbench/common/services';
import { findInText } from '../workbench/common/finding';
import { openFullScreen } from '../workbench/common/fullScreen';
import { undoOrRedo } from '../workbench/common/undo';
import { addPrompt } from '../workbench/prompts/actions';
import { answerText, currentPrompt, sendToUsual } from '../workbench/runs/actions';
import { openSplit } from '../workbench/split/open';
import { startTour } from '../workbench/help/tour';
import { exportProject, importFiles } from '../workbench/projects/actions';
import { NEW_PROJECT } from '../workbench/projects/ProjectList';
import Workbench from '../workbench/Workbench';

export interface RuntimeOptions {
  settings: ServerConnection.ISettings;
  editors: IEditorFactoryService;
  rendermime: IRenderMimeRegistry;
  contents: Contents.IManager;
  language: Language;
  notebooks: OpenNotebooks | null;
  saveState: Store<ToldSaveState | null>;
  insertBelow: ((text: string) => void) | null;
}

/** What a command does in a view. */
export type Action =
  | 'new-project'
  | 'new-block'
  | 'new-prompt'
  | 'split'
  | 'full-screen'
  | 'find'
  | 'find-in-text'
  | 'history'
  | 'import'
  | 'export'
  | 'send'
  | 'stop'
  | 'undo'
  | 'redo'
  | 'help'
  | 'tour';

export class Runtime {
  readonly session: Session;
  private readonly sources: SourceReader;
  readonly Workbench = Workbench;

  constructor(private readonly options: RuntimeOptions) {
    const { settings, language } = options;
    const { words } = language;
    const queries = new QueryClient({
      defaultOptions: { queries: { staleTime: 10_000, retry: 1 } }
    });
    const api = new ApiClient(jupyterTransport(settings, () => words.get().language));
    this.sources = new SourceReader(options.contents, options.notebooks);
    this.session = new Session(api, queries, settings.baseUrl, this.sources);
    this.session.state.subscribe(() => {
      const { user } = this.session;
      if (user && this.session.state.get().status === 'ready') {
        void language.choose(user.language);
      }
    });
    window.addEventListener('online', () => this.session.wake());
    window.addEventListener('pagehide', () => this.session.leave());
    document.addEventListener('visibilitychange', () =>
      document.hidden ? this.session.sleep() : this.session.wake()
    );
  }

  services(view: ViewModel, openInTab: (() => void) | null): WorkbenchServices {
    const { session, sources } = this;
    const { language: spoken, ...rest } = this.options;
    return { ...rest, ...spoken.words.get(), spoken, session, sources, view, openInTab };
  }

  /** Do what a command says, in the view a person works in. */
  async perform(action: Action, view: ViewModel): Promise<void> {
    const services = this.services(view, null);
    await this.session.start();
    const { projectId } = view.state.get();
    switch (action) {
      case 'help':
        view.state.patch({ dialog: 'help' });
        return;
      case 'tour':
        await startTour(services);
        return;
      case 'import':
        await importFiles(services, projectId);
        return;
    }
    if (action === 'new-project' || projectId === null) {
      view.state.patch({ browsing: true, renaming: NEW_PROJECT });
      return;
    }
    const project = this.session.project(projectId);
    const prompt = currentPrompt(services, project);
    switch (action) {
      case 'new-block':
        addBlock(services, project);
        break;
      case 'new-prompt':
        addPrompt(services, project);
        break;
      case 'split':
        openSplit(services, project);
        break;
      case 'find':
        view.state.patch({ dialog: 'search' });
        break;
      case 'find-in-text':
        findInText(view);
        break;
      case 'history':
        view.state.patch({ dialog: 'history' });
        break;
      case 'export':
        await exportProject(services, project.id);
        break;
      case 'full-screen': {
        const { tab, nodeKey } = view.state.get();
        const key = tab === 'context' ? nodeKey : prompt?.key;
        if (key) {
          openFullScreen(services, key);
        }
        break;
      }
      case 'undo':
      case 'redo':
        await undoOrRedo(services, project, action);
        break;
      case 'send':
        if (prompt) {
          await sendToUsual(services, project, prompt.key);
        } else {
          view.state.patch({ tab: 'prompt' }); // there is the button for a first one
        }
        break;
      case 'stop':
        if (prompt) {
          await this.session.run(project.id, prompt.key).stop();
        }
        break;
    }
  }

  /** Bring texts and files into the context of the open project. */
  async add(found: readonly (Piece | { path: string })[], view: ViewModel): Promise<void> {
    const services = this.services(view, null);
    await this.session.start();
    const { projectId } = view.state.get();
    if (projectId === null) {
      view.state.patch({ browsing: true, renaming: NEW_PROJECT });
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
    const text = run ? answerText(run, this.session.editedAnswers.get()) : '';
    return text === '' ? null : text;
  }
}
