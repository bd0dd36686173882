/** Names by which JupyterLab knows the parts of the workbench. */

export const CommandIDs = {
  open: 'promptyflow:open',
  openMain: 'promptyflow:open-main',
  newProject: 'promptyflow:new-project',
  newBlock: 'promptyflow:new-block',
  newPrompt: 'promptyflow:new-prompt',
  split: 'promptyflow:split',
  send: 'promptyflow:send',
  stop: 'promptyflow:stop',
  help: 'promptyflow:help',
  tour: 'promptyflow:tour',
  find: 'promptyflow:find',
  findInText: 'promptyflow:find-in-text',
  history: 'promptyflow:history',
  importFile: 'promptyflow:import',
  exportProject: 'promptyflow:export',
  fullScreen: 'promptyflow:full-screen',
  undo: 'promptyflow:undo',
  redo: 'promptyflow:redo',
  addCells: 'promptyflow:add-cells',
  addSelection: 'promptyflow:add-selection',
  addFiles: 'promptyflow:add-files',
  insertAnswer: 'promptyflow:insert-answer'
} as const;

/** The side panel, for the layout and for commands that show it. */
export const PANEL_ID = 'promptyflow-panel';
