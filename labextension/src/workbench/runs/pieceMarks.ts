/** Marks in the preview which piece of the context a stretch of the text is. */
import type { Extension } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, ViewPlugin } from '@codemirror/view';
import type { CompiledPiece, CompiledPrompt } from '../../api/types';
import { stretchesOf } from '../../state/pieces';

/** `result` is what the text was made of; `told` says of a piece what is shown where one points. */
export function pieceMarks(
  result: () => CompiledPrompt | null,
  told: (piece: CompiledPiece) => string
): Extension {
  const marked = (view: EditorView): DecorationSet => {
    const compiled = result();
    // The editor may still hold the text before.
    if (!compiled || compiled.compiled.length !== view.state.doc.length) {
      return Decoration.none;
    }
    return Decoration.set(
      stretchesOf(compiled.compiled, compiled.pieces).map(({ from, to, piece }, place) =>
        Decoration.mark({
          class: `pf-Piece ${place % 2 === 0 ? 'pf-mod-even' : 'pf-mod-odd'}`,
          attributes: { title: told(piece) }
        }).range(from, to)
      )
    );
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = marked(view);
      }

      update({ docChanged, view }: ViewUpdate): void {
        if (docChanged) {
          this.decorations = marked(view);
        }
      }
    },
    { decorations: plugin => plugin.decorations }
  );
}
