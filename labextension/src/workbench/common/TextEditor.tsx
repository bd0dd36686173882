/** JupyterLab's CodeMirror editor over one text of the open project. */
import type { EditorSelection, Extension, StateEffect } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { useLayoutEffect, useRef, useState } from 'react';
import { Failure } from './Failure';
import type { Store } from '../../state/store';
import type { TextState, Texts } from '../../state/texts';
import { unitsBefore } from '../../state/text';
import type { Key } from '../../state/tree';
import { useEditable, useServices, useStore, useTrans } from './services';
import { finding, openFinding } from './finding';
import { handOn } from './handOn';
import { unparsedIfLong } from './unparsed';

/** The browser checks the spelling, in the languages it is set up for. */
const spelled = EditorView.contentAttributes.of({ spellcheck: 'true', autocorrect: 'off' });

/** A dialog gives it the focus when it opens: what is in it before that cannot take it. */
const awaited = EditorView.contentAttributes.of({ 'data-autofocus': 'true' });

interface TextEditorProps {
  textKey: Key;
  texts: Texts;
  label: string;
  placeholder: string;
  testId: string;
  extensions?: Extension[];
  /** It takes the focus when it appears, at the beginning of the text. */
  focused?: boolean;
  /** Told after each change how to read the text, for a quick counter. */
  onTyped?: (text: () => string) => void;
}

/** Shows the text when it is loaded; a new key is a new editor. */
export function TextEditor(props: TextEditorProps): React.JSX.Element {
  const trans = useTrans();
  const editable = useEditable();
  const store = props.texts.state(props.textKey);
  const status = useStore(store, statusPart);
  if (status === 'ready') {
    return <LoadedEditor key={`${props.textKey} ${String(editable)}`} {...props} store={store} />;
  }
  const state = store.get();
  return state.status === 'failed' ? (
    <Failure
      message={trans.__('The text could not be loaded: %1', state.message)}
      retry={() => props.texts.retry(props.textKey)}
    />
  ) : (
    <div className="pf-Editor pf-mod-waiting" role="status">
      {trans.__('Loading…')}
    </div>
  );
}

const statusPart = (state: TextState): TextState['status'] => state.status;

function LoadedEditor(props: TextEditorProps & { store: Store<TextState> }): React.JSX.Element {
  const { textKey, texts, store, label, placeholder, testId, focused } = props;
  const { extensions, onTyped } = props;
  const { editors, view, trans } = useServices();
  const editable = useEditable();
  const host = useRef<HTMLDivElement>(null);
  const typed = useRef(onTyped);
  useLayoutEffect(() => {
    typed.current = onTyped;
  }, [onTyped]);
  const [empty, setEmpty] = useState(false);

  useLayoutEffect(() => {
    const element = host.current;
    const initial = store.get();
    if (!element || initial.status !== 'ready') {
      return;
    }
    const model = new CodeEditor.Model({ mimeType: 'text/x-ipythongfm' });
    const shared = model.sharedModel;
    shared.setSource(initial.text);
    setEmpty(initial.text === '');
    const editor = editors.newInlineEditor({
      host: element,
      model,
      config: {
        lineNumbers: false,
        lineWrap: true,
        autoClosingBrackets: false,
        readOnly: !editable
      },
      extensions: [
        unparsedIfLong(initial.text.length),
        finding(trans),
        spelled,
        ...(focused ? [awaited] : []),
        ...(extensions ?? [])
      ]
    });
    element.querySelector('.cm-content')?.setAttribute('aria-label', label);
    const inside = (editor as unknown as { editor: EditorView }).editor;
    returnTo(inside, view.places.get(textKey));
    if (view.state.get().typing === textKey) {
      view.state.patch({ typing: null });
      editor.setCursorPosition(editor.getPositionAt(initial.text.length) ?? { line: 0, column: 0 });
      editor.focus();
    } else if (focused) {
      editor.focus();
    }
    const unsubscribeView = view.state.subscribe(showPlace);
    showPlace();
    function showPlace(): void {
      const { at, finding: wanted, fullScreen } = view.state.get();
      if (wanted && (fullScreen ?? textKey) === textKey) {
        view.state.patch({ finding: false });
        openFinding(inside);
      }
      if (at?.key === textKey) {
        view.state.patch({ at: null });
        const text = shared.getSource();
        const position = editor.getPositionAt(unitsBefore(text, at.position));
        if (position) {
          editor.setCursorPosition(position);
          editor.focus();
          requestAnimationFrame(() => editor.revealPosition(position));
        }
      }
    }
    let following = false;
    const changed = (): void => {
      setEmpty(isEmpty(editor));
      if (!following) {
        texts.touch(textKey, () => shared.getSource());
        typed.current?.(() => shared.getSource());
      }
    };
    // The text changed elsewhere: in another view, at the server, by a decided conflict.
    const follow = (): void => {
      const state = store.get();
      if (state.status === 'ready' && state.text !== shared.getSource()) {
        following = true;
        shared.setSource(state.text);
        following = false;
      }
    };
    shared.changed.connect(changed);
    const unsubscribe = store.subscribe(follow);
    return () => {
      texts.capture();
      unsubscribe();
      unsubscribeView();
      shared.changed.disconnect(changed);
      view.places.set(textKey, placeIn(inside));
      editor.dispose();
      model.dispose();
    };
    // An editor is built once for a text; its label changes with the language only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [textKey, texts, store, editors, view]);

  return (
    <div
      className="pf-Editor"
      data-testid={testId}
      onBlur={() => texts.capture()}
      onKeyDownCapture={handOn}
    >
      <div ref={host} className="pf-Editor-host jp-Editor" />
      {empty && editable && (
        <div className="pf-Editor-placeholder" aria-hidden="true">
          {placeholder}
        </div>
      )}
    </div>
  );
}

/** Where a text was left: the selection, and what of it was seen. */
interface Place {
  length: number;
  selection: EditorSelection;
  scroll: StateEffect<unknown>;
}

function placeIn(editor: EditorView): Place {
  const { doc, selection } = editor.state;
  return { length: doc.length, selection, scroll: editor.scrollSnapshot() };
}

function returnTo(editor: EditorView, place: unknown): void {
  const { length, selection, scroll } = (place ?? {}) as Partial<Place>;
  // In another text the place would be another one, or outside of it.
  if (selection && scroll && length === editor.state.doc.length) {
    editor.dispatch({ selection, effects: scroll });
  }
}

function isEmpty(editor: CodeEditor.IEditor): boolean {
  return editor.lineCount === 1 && (editor.getLine(0) ?? '') === '';
}
