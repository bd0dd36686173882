/** What each command does: the same as its button. */
import { Clipboard } from '@jupyterlab/apputils';
import type { Action } from '../../plugins/commandTable';
import type { ProjectModel } from '../../state/project';
import { availableKeys, tilesOf } from '../../state/selection';
import type { PromptNode } from '../../state/tree';
import { findNode, pathTo } from '../../state/tree';
import { findInText } from '../common/finding';
import { openFullScreen } from '../common/fullScreen';
import type { WorkbenchServices } from '../common/services';
import { undoOrRedo } from '../common/undo';
import { addBlock, addChild } from '../context/actions';
import { startTour } from '../help/tour';
import {
  deleteProject,
  duplicateProject,
  exportProject,
  importFiles,
  showNewProject
} from '../projects/actions';
import { addPrompt, duplicatePrompt, removePrompt } from '../prompts/actions';
import { copyPart } from '../prompts/copying';
import { answerText, currentPrompt, offerAnswer, sendToUsual } from '../runs/actions';
import { stop } from '../runs/stop';
import { refusesChanges } from '../sharing/readOnly';
import { openSplit } from '../split/open';
import { saveAs } from '../templates/actions';
import { openLibrary, openLibraryToRun } from '../templates/open';

type Outcome = void | Promise<void>;

interface InProject {
  services: WorkbenchServices;
  project: ProjectModel;
}

interface InPrompt extends InProject {
  prompt: PromptNode;
}

const ANYWHERE = {
  'new-project': showNewProject,
  projects: ({ view }) => view.state.patch({ browsing: true }),
  import: services => importFiles(services, services.view.state.get().projectId),
  library: services => openLibrary(services),
  settings: ({ view }) => view.state.patch({ dialog: 'settings' }),
  help: ({ view }) => view.state.patch({ dialog: 'help' }),
  tour: services => startTour(services)
} satisfies Partial<Record<Action, (services: WorkbenchServices) => Outcome>>;

const IN_PROJECT = {
  'rename-project': ({ services: { view }, project }) =>
    view.state.patch({ browsing: false, renaming: project.id }),
  'duplicate-project': ({ services, project }) => duplicateProject(services, project.id),
  'delete-project': ({ services, project: { id, tree } }) =>
    deleteProject(services, { id, name: tree.name }),
  share: ({ services: { view } }) => view.state.patch({ dialog: 'share' }),
  export: ({ services, project }) => exportProject(services, project.id),
  undo: ({ services, project }) => undoOrRedo(services, project, 'undo'),
  redo: ({ services, project }) => undoOrRedo(services, project, 'redo'),
  find: ({ services: { view } }) => view.state.patch({ dialog: 'search' }),
  history: ({ services: { view } }) => view.state.patch({ dialog: 'history' }),
  runs: ({ services: { view } }) => view.state.patch({ dialog: 'runs', runsOf: null }),
  'new-block': ({ services, project }) => addBlock(services, project),
  'new-item': ({ services, project }) => {
    const { nodeKey } = services.view.state.get();
    const block = nodeKey === null ? undefined : pathTo(project.tree.blocks, nodeKey)[0];
    if (block) {
      addChild(services, project, block.key);
    }
  },
  split: ({ services, project }) => openSplit(services, project),
  'full-screen': ({ services, project }) => {
    const { tab, nodeKey } = services.view.state.get();
    const item = findNode(project.tree, nodeKey);
    const shown = tab === 'context' ? item : currentPrompt(services, project);
    if (shown) {
      openFullScreen(services, shown.key);
    }
  },
  'find-in-text': ({ services: { view } }) => findInText(view),
  'new-prompt': ({ services, project }) => addPrompt(services, project),
  'run-template': ({ services, project }) => {
    if (!refusesChanges(services, project)) {
      openLibraryToRun(services);
    }
  }
} satisfies Partial<Record<Action, (where: InProject) => Outcome>>;

const IN_PROMPT = {
  'duplicate-prompt': ({ services, project, prompt }) => duplicatePrompt(services, project, prompt),
  'delete-prompt': ({ services, project, prompt }) => removePrompt(services, project, prompt.key),
  'select-all': ({ project, prompt }) =>
    project.select(prompt.key, availableKeys(project.tree.blocks.flatMap(tilesOf))),
  'select-none': ({ project, prompt }) => project.select(prompt.key, []),
  'toggle-tags': ({ project, prompt }) =>
    project.updatePrompt(prompt.key, { wrapInTags: !prompt.wrapInTags }),
  'copy-prompt': ({ services, project, prompt }) => copyPart(services, project, prompt, 'prompt'),
  'copy-template': ({ services, project, prompt }) =>
    copyPart(services, project, prompt, 'template'),
  'copy-context': ({ services, project, prompt }) => copyPart(services, project, prompt, 'context'),
  'save-template': ({ services, project, prompt }) => saveAs(services, project, prompt),
  send: ({ services, project, prompt }) => sendToUsual(services, project, prompt.key),
  stop: ({ services, project, prompt }) => stop(services.session.run(project.id, prompt.key)),
  compare: ({ services: { view }, prompt }) =>
    view.state.patch({ dialog: 'compare', promptKey: prompt.key }),
  'prompt-runs': ({ services: { view }, prompt }) =>
    view.state.patch({ dialog: 'runs', runsOf: prompt.key }),
  'copy-answer': ({ services: { session }, project, prompt }) => {
    const run = session.run(project.id, prompt.key).state.get();
    Clipboard.copyToSystem(answerText(run, session.editedAnswers.texts.get()));
  },
  'save-answer': ({ services, project, prompt }) => offerAnswer(services, project, prompt)
} satisfies Partial<Record<Action, (where: InPrompt) => Outcome>>;

/** Do what a command says; where it needs what is not there, lead to where that is made. */
export async function perform(action: Action, services: WorkbenchServices): Promise<void> {
  const { session, view } = services;
  await view.prepared();
  await session.start();
  if (session.state.get().status !== 'ready') {
    return; // the view tells why
  }
  view.belongTo(session.user?.id ?? '');
  if (isIn(ANYWHERE, action)) {
    await ANYWHERE[action](services);
    return;
  }
  const { projectId } = view.state.get();
  if (projectId === null) {
    showNewProject(services);
    return;
  }
  const project = session.project(projectId);
  if (project.state.get().status === 'loading') {
    await project.load();
  }
  if (isIn(IN_PROJECT, action)) {
    await IN_PROJECT[action]({ services, project });
    return;
  }
  const prompt = currentPrompt(services, project);
  if (prompt) {
    await IN_PROMPT[action]({ services, project, prompt });
  } else {
    view.state.patch({ tab: 'prompt', browsing: false }); // there is the button for a first one
  }
}

function isIn<Some extends object>(some: Some, action: string): action is keyof Some & string {
  return Object.hasOwn(some, action);
}
