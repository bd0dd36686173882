/** What one mounted workbench shows: lives on the widget, so that moving it loses nothing. */
import type { Parameters } from '../api/types';
import type { SplitForm } from './splitForm';
import { Store } from './store';
import type { Key } from './tree';

export type Tab = 'context' | 'prompt' | 'answer';
export type DialogName =
  | 'settings'
  | 'conflict'
  | 'split'
  | 'share'
  | 'search'
  | 'history'
  | 'help'
  | 'refresh'
  | 'tour'
  | 'library'
  | 'runTemplate'
  | 'runs'
  | 'compare'
  | 'saveAnswer';

/** Whether a project is saved, in words. */
export interface ToldSaveState {
  status: string;
  label: string;
  project: string;
}

export interface ViewState {
  /** Whose view it is: the id of the account. */
  person: string | null;
  projectId: string | null;
  /** Its name, once it is loaded. */
  projectName: string | null;
  /** The list of projects is shown instead of the open one. */
  browsing: boolean;
  tab: Tab;
  nodeKey: Key | null;
  promptKey: Key | null;
  collapsed: readonly Key[];
  /** Sections that are folded away: "preview", "selector", … */
  folded: readonly string[];
  /** Sizes of the panes in per cent, by the name of their divider. */
  sizes: Readonly<Record<string, number>>;
  /** The title that is being edited. */
  renaming: Key | null;
  dialog: DialogName | null;
  /** The template that the library shows: an id, or null for none. */
  template: string | null;
  /** The library is open to choose a template that is sent at once. */
  toRun: boolean;
  /** The text that is shown over the whole window. */
  fullScreen: Key | null;
  /** How a text was split last; null until somebody says. */
  split: SplitForm | null;
  /** The text that takes the focus when its editor appears: something new is about to be typed. */
  typing: Key | null;
  /** A place in a text that its editor shows when it appears, in code points. */
  at: { key: Key; position: number } | null;
  /** The find bar of the open text is asked for. */
  finding: boolean;
  /** Somebody has seen the welcome. */
  welcomed: boolean;
  /** The model that was last chosen without a configuration: "provider/model". */
  model: string | null;
  /** Models that were sent to, the last first. */
  recent: readonly string[];
  /** How models are asked that no configuration stands behind. */
  parameters: Parameters;
  /** The part of the AI settings that is shown. */
  settingsTab: SettingsTab;
  /** An answer that is about to become context. */
  saving: { title: string; text: string } | null;
  /** What the history of runs is about: null is the project. */
  runsOf: Key | null;
  /** The run whose answer is being edited. */
  editing: string | null;
}

export type SettingsTab = 'providers' | 'configs' | 'models';

/** What is open of a project. */
type Opened = Pick<ViewState, 'tab' | 'nodeKey' | 'promptKey' | 'collapsed'>;

const NOTHING_OPEN: Opened = { tab: 'context', nodeKey: null, promptKey: null, collapsed: [] };

const FRESH: ViewState = {
  person: null,
  projectId: null,
  projectName: null,
  browsing: false,
  ...NOTHING_OPEN,
  folded: [],
  sizes: {},
  renaming: null,
  dialog: null,
  template: null,
  toRun: false,
  fullScreen: null,
  split: null,
  typing: null,
  at: null,
  finding: false,
  welcomed: false,
  model: null,
  recent: [],
  parameters: {},
  settingsTab: 'providers',
  saving: null,
  runsOf: null,
  editing: null
};

/** What of a view is worth keeping over a reload. */
export type SavedView = Partial<
  Pick<
    ViewState,
    | 'person'
    | 'projectId'
    | 'tab'
    | 'nodeKey'
    | 'promptKey'
    | 'folded'
    | 'sizes'
    | 'model'
    | 'welcomed'
    | 'recent'
    | 'parameters'
  >
>;

export class ViewModel {
  readonly state: Store<ViewState>;
  /** Where each text was left: what its editor says of that. */
  readonly places = new Map<Key, unknown>();
  /** How far the parts of the view are scrolled. */
  readonly scrolls = new Map<string, number>();
  /** The node that is being dragged in this view. */
  dragged: Key | null = null;
  /** Resolves when the view is as it was left. */
  prepared: () => Promise<void> = () => Promise.resolve();
  /** What was open in the other projects of this view. */
  private readonly left = new Map<string, Opened>();
  /** The name under which a key is known after a reload. */
  private lasting: (key: Key) => Key | null = () => null;

  constructor(saved: SavedView = {}) {
    this.state = new Store<ViewState>({ ...FRESH, ...saved });
  }

  /** Say what has to be done once before the view is first used: to restore it. */
  prepareBy(prepare: () => Promise<void>): void {
    let done: Promise<void> | null = null;
    this.prepared = () => (done ??= prepare());
  }

  /** Somebody uses the view; if somebody else has left it, they find nothing of that. */
  belongTo(person: string): void {
    const { person: before, folded, sizes } = this.state.get();
    if (before !== person) {
      this.left.clear();
      this.state.patch(before === null ? { person } : { ...FRESH, person, folded, sizes });
    }
  }

  /** The part to keep. */
  saved(): SavedView {
    const { person, projectId, tab, nodeKey, promptKey, folded, sizes } = this.state.get();
    const { model, recent, parameters, welcomed } = this.state.get();
    return {
      person,
      projectId,
      tab,
      nodeKey: nodeKey === null ? null : this.lasting(nodeKey),
      promptKey: promptKey === null ? null : this.lasting(promptKey),
      folded,
      sizes,
      model,
      recent,
      parameters,
      welcomed
    };
  }

  /** Take over what the open project knows: its name, and the names its parts keep. */
  follow(projectName: string, lasting: (key: Key) => Key | null): void {
    this.lasting = lasting;
    this.state.patch(projectName === '' ? {} : { projectName });
  }

  openProject(projectId: string | null): void {
    const { projectId: before, tab, nodeKey, promptKey, collapsed } = this.state.get();
    if (projectId === before) {
      this.state.patch({ browsing: false });
      return;
    }
    if (before !== null) {
      this.left.set(before, { tab, nodeKey, promptKey, collapsed });
    }
    this.places.clear();
    this.scrolls.clear();
    const opened = (projectId === null ? null : this.left.get(projectId)) ?? NOTHING_OPEN;
    this.state.patch({ projectId, browsing: false, projectName: null, ...opened });
  }

  openNode(nodeKey: Key | null): void {
    this.state.patch({ nodeKey, tab: 'context', browsing: false });
  }

  openPrompt(promptKey: Key | null): void {
    const tab = this.state.get().tab === 'answer' ? 'answer' : 'prompt';
    this.state.patch({ promptKey, tab, browsing: false });
  }

  /** Open a text at a place in it, in code points. */
  show(key: Key, position: number | null): void {
    this.state.patch({ at: position === null ? null : { key, position } });
  }

  rename(renaming: Key | null): void {
    this.state.patch({ renaming });
  }

  toggle(key: Key): void {
    const { collapsed } = this.state.get();
    this.state.patch({ collapsed: toggled(collapsed, key) });
  }

  fold(section: string): void {
    this.state.patch({ folded: toggled(this.state.get().folded, section) });
  }

  resize(divider: string, percent: number): void {
    this.state.patch({ sizes: { ...this.state.get().sizes, [divider]: percent } });
  }
}

function toggled<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter(other => other !== one) : [...list, one];
}
