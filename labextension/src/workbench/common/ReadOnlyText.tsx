/** A text to read, however long: CodeMirror lays out only what is seen. */
import type { Extension } from '@codemirror/state';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { useLayoutEffect, useRef } from 'react';
import { useServices } from './services';
import { neverParsed } from './unparsed';

interface ReadOnlyTextProps {
  text: string;
  label: string;
  testId: string;
  /** Marks in the text; the same list for as long as it is shown. */
  extensions?: Extension[];
}

export function ReadOnlyText(props: ReadOnlyTextProps): React.JSX.Element {
  const { text, label, testId, extensions } = props;
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
      extensions: [neverParsed, ...(extensions ?? [])]
    });
    return () => {
      model.current = null;
      editor.dispose();
      made.dispose();
    };
  }, [editors, extensions]);
  useLayoutEffect(() => {
    if (model.current && model.current.sharedModel.getSource() !== text) {
      model.current.sharedModel.setSource(text);
    }
    host.current?.querySelector('.cm-content')?.setAttribute('aria-label', label);
  }, [text, label, extensions]);
  return (
    <div className="pf-Editor pf-mod-readonly" data-testid={testId}>
      <div ref={host} className="pf-Editor-host jp-Editor" />
    </div>
  );
}
