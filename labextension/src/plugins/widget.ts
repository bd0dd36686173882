/** The ipywidgets Panel: the same workbench in the output of a notebook cell. */
import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- a name and a number: no more of package.json is bundled
import { MODULE_NAME, MODULE_VERSION } from '../widget/version';
import { IPromptyFlow } from './tokens';

export const widget: JupyterFrontEndPlugin<void> = {
  id: 'promptyflow-lab:widget',
  description: 'The prompt workbench as an ipywidgets Panel.',
  autoStart: true,
  requires: [IPromptyFlow],
  optional: [IJupyterWidgetRegistry],
  activate: (_app, flow: IPromptyFlow, registry: IJupyterWidgetRegistry | null) => {
    registry?.registerWidget({
      name: MODULE_NAME,
      version: MODULE_VERSION,
      exports: async () => {
        const [{ widgetExports }, runtime] = await Promise.all([
          import('../widget/widget'),
          flow.load()
        ]);
        return widgetExports(runtime);
      }
    });
  }
};
