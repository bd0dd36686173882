/** What the plugins share: one session for all views, loaded when the first view is shown. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { OpenNotebooks } from '../notebooks/open';
import type { Language } from '../state/language';
import type { Store } from '../state/store';
import type { ToldSaveState, ViewModel } from '../state/view';
import type { Runtime } from './runtime';
import type { Settings } from './settings';

export const PLUGIN_ID = 'promptyflow-lab:plugin';

/** The workbench for other plugins: its views, and its lazily loaded insides. */
export interface IPromptyFlow {
  /** The words of now: the language can be changed. */
  readonly trans: TranslationBundle;
  readonly language: Language;
  readonly settings: Settings;
  /** Load the workbench itself; the same for every view. */
  load(): Promise<Runtime>;
  /** What has been loaded; null as long as nothing was shown. */
  loaded: Runtime | null;
  /** The view of the side panel. */
  readonly panelView: ViewModel;
  /** The view a person worked in last; commands act on it. */
  current: ViewModel;
  /** A person works in a view from now on. */
  readonly enter: (view: ViewModel) => void;
  /** A view is gone. */
  readonly leave: (view: ViewModel) => void;
  /** Whether the project that was shown last is saved; null where none is shown. */
  readonly saveState: Store<ToldSaveState | null>;
}

export const IPromptyFlow = new Token<IPromptyFlow>(
  'promptyflow-lab:IPromptyFlow',
  'The prompt workbench: its views and its session.'
);

/** What stands in the notebooks that are open, and when it changes. */
export const IOpenNotebooks = new Token<OpenNotebooks>(
  'promptyflow-lab:IOpenNotebooks',
  'The open notebooks as they stand now, saved or not.'
);
