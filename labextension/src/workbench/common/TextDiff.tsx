/** Two texts and where they differ: beside each other where there is room, else in one. */
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { useLayoutEffect, useRef } from 'react';
import { useServices } from './services';

interface TextDiffProps {
  before: string;
  after: string;
  label: string;
}

/** From this width on, two columns are wide enough to read. */
const SIDE_BY_SIDE = 640;
const COLLAPSED = { margin: 3, minSize: 6 };

export function TextDiff({ before, after, label }: TextDiffProps): React.JSX.Element {
  const { trans } = useServices();
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent) {
      return;
    }
    const extensions = [
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorState.phrases.of({ '$ unchanged lines': trans.__('%1 unchanged lines', '$') })
    ];
    const view =
      parent.offsetWidth >= SIDE_BY_SIDE
        ? new MergeView({
            parent,
            a: { doc: before, extensions },
            b: { doc: after, extensions },
            collapseUnchanged: COLLAPSED,
            gutter: true
          })
        : new EditorView({
            parent,
            doc: after,
            extensions: [
              ...extensions,
              unifiedMergeView({
                original: before,
                mergeControls: false,
                collapseUnchanged: COLLAPSED
              })
            ]
          });
    return () => view.destroy();
  }, [before, after, label, trans]);
  return before === after ? (
    <p className="pf-Hint">{trans.__('Both are the same.')}</p>
  ) : (
    <div ref={host} className="pf-TextDiff" data-testid="pf-text-diff" />
  );
}
