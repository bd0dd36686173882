/** The commands of the workbench. */
export const CommandIDs = {
  open: 'promptyflow:open',
  openMain: 'promptyflow:open-main',
  newProject: 'promptyflow:new-project',
  newBlock: 'promptyflow:new-block',
  newPrompt: 'promptyflow:new-prompt',
  send: 'promptyflow:send',
  stop: 'promptyflow:stop'
} as const;
