/** Model and view of the ipywidgets Panel; contents stay on the server, only names travel. */
import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base';
import type { ExportMap } from '@jupyter-widgets/base';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import type { Runtime } from '../plugins/runtime';
import { ViewModel } from '../state/view';
import { Bridge } from './bridge';
import { MODULE_NAME, MODULE_VERSION } from './version';

/** The classes for the widget manager, over the runtime that all views share. */
export function widgetExports(runtime: Runtime): ExportMap {
  class PanelModel extends DOMWidgetModel {
    override defaults(): Record<string, unknown> {
      return {
        ...super.defaults(),
        _model_name: 'PanelModel',
        _model_module: MODULE_NAME,
        _model_module_version: MODULE_VERSION,
        _view_name: 'PanelView',
        _view_module: MODULE_NAME,
        _view_module_version: MODULE_VERSION,
        project_id: null,
        prompt_id: null,
        selection: [],
        compiled: '',
        response: '',
        status: 'idle'
      };
    }
  }

  class PanelView extends DOMWidgetView {
    private root: Root | null = null;
    private bridge: Bridge | null = null;
    private view: ViewModel | null = null;

    override render(): void {
      super.render();
      const projectId = this.model.get('project_id') as string | null;
      const view = new ViewModel({ projectId: projectId === '' ? null : projectId });
      this.view = view;
      this.el.classList.add('pf-Widget');
      this.el.addEventListener('focusin', () => runtime.enter(view));
      // The notebook's single-key commands (d d deletes the cell) match any focus in an output.
      this.el.addEventListener('keydown', event => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== 'Escape') {
          event.stopPropagation();
        }
      });
      this.bridge = new Bridge(this.model, runtime.session, view);
      this.root = createRoot(this.el);
      this.root.render(<runtime.Workbench services={runtime.services(view, null)} />);
    }

    override remove(): void {
      const { root, bridge } = this;
      this.root = null;
      this.bridge = null;
      bridge?.dispose();
      if (this.view) {
        runtime.leave(this.view);
      }
      // React must not be taken down while it is drawing.
      queueMicrotask(() => root?.unmount());
      super.remove();
    }
  }

  return { PanelModel, PanelView };
}
