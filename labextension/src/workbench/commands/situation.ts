/** What can be done in a view just now: what the commands look at. */
import { isRunning } from '../../state/runs';
import { findNode } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';
import { answerText, currentPrompt } from '../runs/actions';

export interface Situation {
  /** A project is open. */
  project: boolean;
  /** It may be changed. */
  editable: boolean;
  owner: boolean;
  shareable: boolean;
  undo: boolean;
  redo: boolean;
  /** Something stands in the context. */
  context: boolean;
  /** Something of the context is open. */
  node: boolean;
  /** A text is shown in its editor. */
  text: boolean;
  /** What is open of the context has a text, which can be split. */
  item: boolean;
  prompt: boolean;
  /** The prompt has selected something. */
  selected: boolean;
  tags: boolean;
  running: boolean;
  /** There is an answer, and nothing more comes. */
  answer: boolean;
}

const NOTHING: Situation = {
  project: false,
  editable: false,
  owner: false,
  shareable: false,
  undo: false,
  redo: false,
  context: false,
  node: false,
  text: false,
  item: false,
  prompt: false,
  selected: false,
  tags: false,
  running: false,
  answer: false
};

export function situationOf(services: WorkbenchServices): Situation {
  const { session, view } = services;
  const { projectId, nodeKey, tab } = view.state.get();
  const project = projectId === null ? null : session.openProject(projectId);
  if (project?.state.get().status !== 'ready') {
    return NOTHING;
  }
  const { role, tree } = project.state.get();
  const { undo, redo } = project.history.state.get();
  const { editable } = project;
  const prompt = currentPrompt(services, project);
  const node = findNode(tree, nodeKey);
  const item = node !== null && node.level !== 'block';
  const run = prompt ? session.run(project.id, prompt.key).state.get() : null;
  const running = run !== null && isRunning(run.phase);
  return {
    project: true,
    editable,
    owner: role === 'owner',
    shareable: role === 'owner' && session.user?.canShare === true,
    undo: editable && undo.length > 0,
    redo: editable && redo.length > 0,
    context: tree.blocks.some(block => block.children.length > 0),
    node: node !== null,
    text: tab === 'context' ? item : prompt !== null,
    item,
    prompt: prompt !== null,
    selected: prompt !== null && prompt.selected.length > 0,
    tags: prompt?.wrapInTags === true,
    running,
    answer: run !== null && !running && answerText(run, session.editedAnswers.texts.get()) !== ''
  };
}
