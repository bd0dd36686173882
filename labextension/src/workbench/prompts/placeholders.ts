/** Marks `{{placeholders}}` in the text of a prompt. */
import type { Extension } from '@codemirror/state';
import type { DecorationSet, EditorView, ViewUpdate } from '@codemirror/view';
import { Decoration, MatchDecorator, ViewPlugin } from '@codemirror/view';

const PLACEHOLDER = /\\?\{\{[^{}\n]{1,100}\}\}|\[КОНТЕКСТ\]/gu;
const CONTEXT = /^(\{\{\s*context\s*\}\}|\[КОНТЕКСТ\])$/iu;

const MARKS = {
  context: Decoration.mark({ class: 'pf-Placeholder pf-mod-context' }),
  variable: Decoration.mark({ class: 'pf-Placeholder' })
};

const decorator = new MatchDecorator({
  regexp: PLACEHOLDER,
  // A backslash makes the braces literal.
  decoration: ([text]) =>
    text.startsWith('\\') ? null : CONTEXT.test(text) ? MARKS.context : MARKS.variable
});

export const placeholders: Extension = ViewPlugin.fromClass(
  class {
    marks: DecorationSet;

    constructor(view: EditorView) {
      this.marks = decorator.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.marks = decorator.updateDeco(update, this.marks);
    }
  },
  { decorations: plugin => plugin.marks }
);
