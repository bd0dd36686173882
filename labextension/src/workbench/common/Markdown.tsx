/** An answer as Markdown: sanitised by JupyterLab, and never loading anything from elsewhere. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { harmless } from './harmless';
import { useServices } from './services';

const MARKDOWN = 'text/markdown';

export function Markdown({ text, testId }: { text: string; testId: string }): React.JSX.Element {
  const { rendermime, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const renderer = useRef<IRenderMime.IRenderer | null>(null);
  const rendering = useRef(false);
  const latest = useRef(text);
  const registry = useMemo(
    () =>
      rendermime.clone({
        sanitizer: {
          sanitize: (dirty, options) =>
            harmless(rendermime.sanitizer.sanitize(dirty, options), address =>
              trans.__('image not loaded: %1', address)
            )
        }
      }),
    [rendermime, trans]
  );

  useLayoutEffect(() => {
    const widget = registry.createRenderer(MARKDOWN);
    const element = host.current;
    renderer.current = widget;
    if (element) {
      Widget.attach(widget, element);
    }
    return () => {
      renderer.current = null;
      // In a cell's output the page drops our element before React tells us.
      if (widget.isAttached && !widget.node.isConnected) {
        MessageLoop.sendMessage(widget, Widget.Msg.AfterDetach);
      }
      widget.dispose();
    };
  }, [registry]);

  useEffect(() => {
    latest.current = text;
    // While one version is laid out, only the newest of those that arrive is kept.
    const render = async (): Promise<void> => {
      if (rendering.current) {
        return;
      }
      rendering.current = true;
      try {
        for (let shown: string | null = null; shown !== latest.current && renderer.current;) {
          shown = latest.current;
          const model = registry.createModel({ data: { [MARKDOWN]: shown }, trusted: false });
          await renderer.current.renderModel(model);
        }
      } finally {
        rendering.current = false;
      }
    };
    void render();
  }, [text, registry]);

  return <div ref={host} className="pf-Markdown" data-testid={testId} />;
}
