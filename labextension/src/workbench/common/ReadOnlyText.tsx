/** A text to read, however long: CodeMirror lays out only what is seen. */
import { CodeEditor } from '@jupyterlab/codeeditor';
import { useLayoutEffect, useRef } from 'react';
import { useServices } from './services';
import { neverParsed } from './unparsed';

interface ReadOnlyTextProps {
  text: string;
  label: string;
  testId: string;
}

export function ReadOnlyText({ text, label, testId }: ReadOnlyTextProps): React.JSX.Element {
  const { editors } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const model = useRef<CodeEditor.Model | null>(null);
  useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const made = new CodeEditor.Model({ mimeType: 'text/plain' });
    model.current = made;
    const editor = editors.newInlineEditor({
      host: host.current,
      model: made,
      config: { lineNumbers: false, lineWrap: true, readOnly: true },
      extensions: [neverParsed]
    });
    return () => {
      model.current = null;
      editor.dispose();
      made.dispose();
    };
  }, [editors]);
  useLayoutEffect(() => {
    if (model.current && model.current.sharedModel.getSource() !== text) {
      model.current.sharedModel.setSource(text);
    }
    host.current?.querySelector('.cm-content')?.setAttribute('aria-label', label);
  }, [text, label]);
  return (
    <div className="pf-Editor pf-mod-readonly" data-testid={testId}>
      <div ref={host} className="pf-Editor-host jp-Editor" />
    </div>
  );
}
