/** The widget that carries a view: it renders nothing, and loads nothing, before it is shown. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { lazy, Suspense } from 'react';
import type { ViewModel } from '../state/view';
import type { IPromptyFlow } from './tokens';

export interface ShellOptions {
  flow: IPromptyFlow;
  view: ViewModel;
  openInTab: (() => void) | null;
}

export class WorkbenchShell extends ReactWidget {
  private wasShown = false;
  private Lazy: React.LazyExoticComponent<() => React.JSX.Element>;

  constructor(private readonly options: ShellOptions) {
    super();
    const { flow, view } = options;
    this.addClass('pf-Shell');
    this.Lazy = lazy(() => this.load());
    this.node.tabIndex = -1;
    this.node.addEventListener('focusin', () => flow.enter(view));
  }

  get view(): ViewModel {
    return this.options.view;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (!this.wasShown) {
      this.update();
    }
    this.options.flow.enter(this.options.view);
  }

  override dispose(): void {
    this.options.flow.leave(this.options.view);
    super.dispose();
  }

  /** JupyterLab takes for the current widget the one that has the focus. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
  }

  private async load(): Promise<{ default: () => React.JSX.Element }> {
    const { flow, view, openInTab } = this.options;
    try {
      const [runtime] = await Promise.all([flow.load(), view.prepared()]);
      const services = runtime.services(view, openInTab);
      return { default: () => <runtime.Workbench services={services} /> };
    } catch {
      return { default: () => this.notLoaded() };
    }
  }

  /** The server does not even answer with the program. */
  private notLoaded(): React.JSX.Element {
    const { trans } = this.options.flow;
    const again = (): void => {
      this.Lazy = lazy(() => this.load());
      this.update();
    };
    return (
      <div className="pf-NotLoaded" role="alert">
        <p>{trans.__('The server does not answer. Try again in a moment.')}</p>
        <button
          type="button"
          className="jp-Dialog-button jp-mod-accept jp-mod-styled"
          onClick={again}
        >
          {trans.__('Try again')}
        </button>
      </div>
    );
  }

  protected override render(): React.JSX.Element {
    // A side panel is attached, and rendered, when JupyterLab starts, even if it is hidden.
    this.wasShown ||= this.isVisible;
    return this.wasShown ? (
      <Suspense fallback={null}>
        <this.Lazy />
      </Suspense>
    ) : (
      <></>
    );
  }
}
