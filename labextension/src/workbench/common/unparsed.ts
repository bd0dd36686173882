/** Long texts are shown without colours: parsing them would take the time between two key presses. */
import { defineLanguageFacet, Language, language } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { Prec, StateEffect } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Input, PartialParse } from '@lezer/common';
import { NodeType, Parser, Tree } from '@lezer/common';

/** A paragraph is parsed in one piece; this one takes ten milliseconds, and grows with its length. */
const MOST_PARSED = 100_000;

/** Done at once, whatever the text is. */
class NoParser extends Parser {
  createParse(input: Input): PartialParse {
    return {
      parsedPos: input.length,
      stoppedAt: null,
      stopAt: () => undefined,
      advance: () => new Tree(NodeType.none, [], [], input.length)
    };
  }
}

const unparsed = new Language(defineLanguageFacet(), new NoParser(), [], 'unparsed');

/** Goes before the language that the editor would have. */
export const neverParsed = Prec.highest(language.of(unparsed));

/** Leaves a text alone that is long, or becomes so. */
export function unparsedIfLong(length: number): Extension {
  return length > MOST_PARSED
    ? neverParsed
    : EditorView.updateListener.of(({ view, state }) => {
        if (state.doc.length > MOST_PARSED && state.facet(language) !== unparsed) {
          view.dispatch({ effects: StateEffect.appendConfig.of(neverParsed) });
        }
      });
}
