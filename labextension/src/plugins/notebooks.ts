/** Watches the notebooks that are open, for whoever shows or takes what stands in them. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks are brought back while Lab starts
import { OpenNotebooks } from '../notebooks/open';
import { IOpenNotebooks } from './tokens';

export const notebooks: JupyterFrontEndPlugin<OpenNotebooks> = {
  id: 'promptyflow-lab:notebooks',
  description: 'Knows what stands in the open notebooks, and tells their kernels when they ask.',
  autoStart: true,
  provides: IOpenNotebooks,
  activate: app => {
    const open = new OpenNotebooks(app);
    const wait = open.subscribe(() => {
      wait();
      void import('../notebooks/unsaved').then(({ tellUnsaved }) => tellUnsaved(open));
    });
    return open;
  }
};
