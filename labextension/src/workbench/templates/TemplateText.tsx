/** The text of a template being written: CodeMirror, with the places that are filled in marked. */
import { CodeEditor } from '@jupyterlab/codeeditor';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { useServices } from '../common/services';
import { unparsedIfLong } from '../common/unparsed';
import { placeholdersOf } from '../prompts/placeholdersOf';

interface TemplateTextProps {
  /** What stands there at first; the editor keeps its own text from then on. */
  initial: string;
  label: string;
  testId: string;
  onChange: (text: string) => void;
}

export function TemplateText({
  initial,
  label,
  testId,
  onChange
}: TemplateTextProps): React.JSX.Element {
  const { editors, trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const first = useRef(initial);
  const changed = useRef(onChange);
  const extensions = useMemo(() => placeholdersOf(trans, null, 'dialog'), [trans]);
  useLayoutEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  useLayoutEffect(() => {
    if (!host.current) {
      return;
    }
    const model = new CodeEditor.Model({ mimeType: 'text/x-ipythongfm' });
    model.sharedModel.setSource(first.current);
    const editor = editors.newInlineEditor({
      host: host.current,
      model,
      config: { lineNumbers: false, lineWrap: true, autoClosingBrackets: false },
      extensions: [unparsedIfLong(first.current.length), ...extensions]
    });
    const tell = (): void => changed.current(model.sharedModel.getSource());
    model.sharedModel.changed.connect(tell);
    return () => {
      model.sharedModel.changed.disconnect(tell);
      editor.dispose();
      model.dispose();
    };
  }, [editors, extensions]);
  useLayoutEffect(() => {
    host.current?.querySelector('.cm-content')?.setAttribute('aria-label', label);
  }, [label]);
  return (
    <div className="pf-Editor pf-mod-framed" data-testid={testId}>
      <div ref={host} className="pf-Editor-host jp-Editor" />
    </div>
  );
}
