/** Names by which JupyterLab knows the parts of the workbench. */

export const CommandIDs = {
  open: 'promptyflow:open',
  openMain: 'promptyflow:open-main',
  addCells: 'promptyflow:add-cells',
  addSelection: 'promptyflow:add-selection',
  addFiles: 'promptyflow:add-files',
  insertAnswer: 'promptyflow:insert-answer'
} as const;

/** The side panel, for the layout and for commands that show it. */
export const PANEL_ID = 'promptyflow-panel';
