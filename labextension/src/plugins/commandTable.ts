/** Every command of the workbench: its name, its words, and when it can do something. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Situation } from '../workbench/commands/situation';

export interface Command {
  label: (trans: TranslationBundle) => string;
  enabled: (now: Situation) => boolean;
  /** It switches something on and off. */
  toggled?: (now: Situation) => boolean;
}

const always = (): boolean => true;
const inProject = (now: Situation): boolean => now.project;
const changing = (now: Situation): boolean => now.editable;
const ofOwner = (now: Situation): boolean => now.owner;
const withPrompt = (now: Situation): boolean => now.prompt;
const changingPrompt = (now: Situation): boolean => now.editable && now.prompt;

/** By what comes behind `promptyflow:` in their names. */
export const COMMANDS = {
  'new-project': { label: trans => trans.__('New project'), enabled: always },
  projects: { label: trans => trans.__('Show all projects'), enabled: always },
  'rename-project': { label: trans => trans.__('Rename the project'), enabled: changing },
  'duplicate-project': { label: trans => trans.__('Duplicate the project'), enabled: inProject },
  'delete-project': { label: trans => trans.__('Delete the project…'), enabled: ofOwner },
  share: { label: trans => trans.__('Share the project…'), enabled: now => now.shareable },
  import: { label: trans => trans.__('Import a file…'), enabled: always },
  export: { label: trans => trans.__('Export the project'), enabled: inProject },
  undo: {
    label: trans => trans.__('Undo the last change of the project'),
    enabled: now => now.undo
  },
  redo: {
    label: trans => trans.__('Redo the last change of the project'),
    enabled: now => now.redo
  },
  find: { label: trans => trans.__('Find in the project…'), enabled: inProject },
  history: { label: trans => trans.__('Versions of the project…'), enabled: inProject },
  runs: { label: trans => trans.__('Answers of the project…'), enabled: inProject },

  'new-block': { label: trans => trans.__('New context block'), enabled: changing },
  'new-item': {
    label: trans => trans.__('New item in the open block'),
    enabled: now => now.editable && now.node
  },
  split: {
    label: trans => trans.__('Split the open text…'),
    enabled: now => now.editable && now.item
  },
  'full-screen': {
    label: trans => trans.__('Show the open text full screen'),
    enabled: now => now.text
  },
  'find-in-text': { label: trans => trans.__('Find in the open text…'), enabled: now => now.text },

  'new-prompt': { label: trans => trans.__('New prompt'), enabled: changing },
  'duplicate-prompt': { label: trans => trans.__('Duplicate the prompt'), enabled: changingPrompt },
  'delete-prompt': { label: trans => trans.__('Delete the prompt'), enabled: changingPrompt },
  'select-all': {
    label: trans => trans.__('Select all context for the prompt'),
    enabled: now => now.editable && now.prompt && now.context
  },
  'select-none': {
    label: trans => trans.__('Select no context for the prompt'),
    enabled: now => now.editable && now.selected
  },
  'toggle-tags': {
    label: trans => trans.__('Wrap the context of the prompt in tags'),
    enabled: changingPrompt,
    toggled: now => now.tags
  },
  'copy-prompt': { label: trans => trans.__('Compile and copy the prompt'), enabled: withPrompt },
  'copy-template': {
    label: trans => trans.__('Copy the template of the prompt'),
    enabled: withPrompt
  },
  'copy-context': {
    label: trans => trans.__('Copy the context of the prompt'),
    enabled: now => now.selected
  },
  send: {
    label: trans => trans.__('Send the prompt'),
    enabled: now => now.prompt && !now.running
  },
  stop: { label: trans => trans.__('Stop the answer'), enabled: now => now.running },
  compare: {
    label: trans => trans.__('Send the prompt to several models…'),
    enabled: now => now.prompt && !now.running
  },
  'prompt-runs': {
    label: trans => trans.__('Earlier answers of the prompt…'),
    enabled: withPrompt
  },
  'copy-answer': { label: trans => trans.__('Copy the last answer'), enabled: now => now.answer },
  'save-answer': {
    label: trans => trans.__('Save the last answer as context…'),
    enabled: now => now.editable && now.answer
  },

  library: { label: trans => trans.__('Template library…'), enabled: always },
  'run-template': { label: trans => trans.__('Run a template…'), enabled: changing },
  'save-template': {
    label: trans => trans.__('Save the prompt as a template…'),
    enabled: withPrompt
  },
  settings: { label: trans => trans.__('AI providers and models…'), enabled: always },
  help: { label: trans => trans.__('Help for PromptyFlow'), enabled: always },
  tour: { label: trans => trans.__('Take the tour of PromptyFlow'), enabled: always }
} satisfies Record<string, Command>;

/** What a command does in a view. */
export type Action = keyof typeof COMMANDS;

/**
 * Before the workbench is loaded nobody knows: what shows it, and needs no more than a project
 * with a prompt, can be tried.
 */
export const NOT_LOADED: Situation = {
  project: true,
  editable: true,
  owner: true,
  shareable: false,
  undo: false,
  redo: false,
  context: true,
  node: false,
  text: false,
  item: false,
  prompt: true,
  selected: false,
  tags: false,
  running: false,
  answer: false
};
