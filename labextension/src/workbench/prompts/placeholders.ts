/** Marks `{{placeholders}}` in a text, and completes them behind `{{`. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { acceptCompletion, autocompletion } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { Prec, StateEffect } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, keymap, MatchDecorator, tooltips, ViewPlugin } from '@codemirror/view';
import type { PlaceholderKind, Values } from '../../state/placeholders';
import { kindOf, PLACEHOLDER } from '../../state/placeholders';

/** The values that a prompt gives, as they are now. */
export interface ValueSource {
  get: () => Values;
  subscribe: (listener: () => void) => () => void;
}

/** A name that can be completed, and what it stands for. */
export interface Word {
  name: string;
  told: string;
}

const MARKS: Record<PlaceholderKind, Decoration | null> = {
  context: Decoration.mark({ class: 'pf-Placeholder pf-mod-context' }),
  builtIn: Decoration.mark({ class: 'pf-Placeholder pf-mod-given' }),
  given: Decoration.mark({ class: 'pf-Placeholder pf-mod-given' }),
  missing: Decoration.mark({ class: 'pf-Placeholder' }),
  literal: null
};

const valuesChanged = StateEffect.define();

/** Marks what will be filled in, and what still lacks a value. */
export function marks(values: ValueSource): Extension {
  const decorator = new MatchDecorator({
    regexp: PLACEHOLDER,
    decoration: ([text]) => MARKS[kindOf(text, values.get())]
  });
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      private readonly unsubscribe: () => void;

      constructor(view: EditorView) {
        this.decorations = decorator.createDeco(view);
        let shown = values.get();
        this.unsubscribe = values.subscribe(() => {
          if (values.get() !== shown) {
            shown = values.get();
            view.dispatch({ effects: valuesChanged.of(null) });
          }
        });
      }

      update(update: ViewUpdate): void {
        const anew = update.transactions.some(one => one.effects.some(e => e.is(valuesChanged)));
        this.decorations = anew
          ? decorator.createDeco(update.view)
          : decorator.updateDeco(update, this.decorations);
      }

      destroy(): void {
        this.unsubscribe();
      }
    },
    { decorations: plugin => plugin.decorations }
  );
}

/** In a text that belongs to no prompt, every variable is still to be given. */
export const NO_VALUES: ValueSource = { get: () => NONE, subscribe: () => () => undefined };
const NONE: Values = {};

export const READ_PLACEHOLDERS = [marks(NO_VALUES)];

/**
 * Offers the names behind `{{`.
 *
 * JupyterLab's panels clip what is in them, so the list goes to the end of the page; a dialog lies
 * above that, so its lists stay in it.
 */
export function completion(words: () => readonly Word[], place: 'page' | 'dialog'): Extension {
  return [
    autocompletion({
      override: [context => complete(context, words())],
      icons: false,
      // The list opens only behind two braces: what is pressed then is meant for it.
      interactionDelay: 0,
      tooltipClass: () => 'pf-Completion'
    }),
    Prec.highest(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
    tooltips({ position: 'fixed', ...(place === 'page' ? { parent: document.body } : {}) })
  ];
}

const OPENED = /\\?\{\{\s*[^{}\n]{0,100}$/u;
const NAME = /^[^{}\n]*$/u;

export function complete(
  context: CompletionContext,
  words: readonly Word[]
): CompletionResult | null {
  const opened = context.matchBefore(OPENED);
  if (!opened || opened.text.startsWith('\\')) {
    return null;
  }
  const { state, pos } = context;
  const typed = opened.text.slice(2).trimStart();
  const closed = /^\s*\}\}/u.exec(state.sliceDoc(pos, pos + 100));
  return {
    from: pos - typed.length,
    to: pos + (closed?.[0].length ?? 0),
    options: words.map(({ name, told }): Completion => ({
      label: name,
      detail: told,
      apply: `${name}}}`
    })),
    validFor: NAME
  };
}
