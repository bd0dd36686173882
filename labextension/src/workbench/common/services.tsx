/** What every component of the workbench can reach: the session, its view, the language. */
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SourceReader } from '../../notebooks/reader';
import type { Language } from '../../state/language';
import type { Settings } from '../../plugins/settings';
import type { Preferences } from '../../state/preferences';
import type { ProjectModel, ProjectState } from '../../state/project';
import type { Session } from '../../state/session';
import type { Store } from '../../state/store';
import type { ToldSaveState, ViewModel, ViewState } from '../../state/view';

export interface WorkbenchServices {
  session: Session;
  view: ViewModel;
  trans: TranslationBundle;
  /** BCP 47, for numbers and dates. */
  language: string;
  /** Where the language is chosen. */
  spoken: Language;
  /** What was set in JupyterLab's settings. */
  preferences: Store<Preferences>;
  settings: Pick<Settings, 'setLanguage'>;
  editors: IEditorFactoryService;
  rendermime: IRenderMimeRegistry;
  /** The notebooks and files that context is taken from. */
  sources: SourceReader;
  /** Told to those outside of the workbench: the status bar. */
  saveState: Store<ToldSaveState | null>;
  /** Puts a text below the active cell of the notebook; null where there is no notebook app. */
  insertBelow: ((text: string) => void) | null;
  /** Shows the open project in a tab of its own; absent where it already has one. */
  openInTab: (() => void) | null;
}

const ServicesContext = createContext<WorkbenchServices | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): WorkbenchServices {
  const services = useContext(ServicesContext);
  if (!services) {
    throw new Error('A component of the workbench was used outside of it.');
  }
  return services;
}

export function useTrans(): TranslationBundle {
  return useServices().trans;
}

/** Watch a store, or a part of it; the part is compared by identity. */
export function useStore<T>(store: Store<T>): T;
export function useStore<T, P>(store: Store<T>, part: (value: T) => P): P;
export function useStore<T, P>(store: Store<T>, part?: (value: T) => P): T | P {
  return useSyncExternalStore(store.subscribe, () => (part ? part(store.get()) : store.get()));
}

export function useView<P>(part: (state: ViewState) => P): P {
  const { view } = useServices();
  return useSyncExternalStore(view.state.subscribe, () => part(view.state.get()));
}

const ProjectContext = createContext<ProjectModel | null>(null);

export const ProjectProvider = ProjectContext.Provider;

/** The open project; for components that are shown only when there is one. */
export function useProject(): ProjectModel {
  const project = useContext(ProjectContext);
  if (!project) {
    throw new Error('No project is open.');
  }
  return project;
}

/** Whether this person may change the open project: without it there are no buttons that would. */
export function useEditable(): boolean {
  return useStore(useProject().state, editablePart);
}

const editablePart = (state: ProjectState): boolean => state.role !== 'view';

const treePart = (state: ProjectState): ProjectState['tree'] => state.tree;

export function useTree(): ProjectState['tree'] {
  return useStore(useProject().state, treePart);
}
