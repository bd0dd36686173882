import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { complete } from '../placeholders';

const WORDS = [{ name: 'context', told: 'the selected context' }];

/** What is offered where `|` stands, and what the text becomes when it is taken. */
function taken(text: string): string | null {
  const pos = text.indexOf('|');
  const doc = text.replace('|', '');
  const state = EditorState.create({ doc });
  const result = complete(new CompletionContext(state, pos, false), WORDS);
  const apply = result?.options[0]?.apply;
  return result && typeof apply === 'string'
    ? doc.slice(0, result.from) + apply + doc.slice(result.to ?? pos)
    : null;
}

describe('names behind two braces', () => {
  it('are completed with the braces that close them', () => {
    expect(taken('Sum up {{|')).toBe('Sum up {{context}}');
    expect(taken('Sum up {{ con| now')).toBe('Sum up {{ context}} now');
  });

  it('use the closing braces that are there', () => {
    expect(taken('{{con|}} now')).toBe('{{context}} now');
  });

  it('are not offered for braces that are meant literally, or closed', () => {
    expect(taken('\\{{con|')).toBeNull();
    expect(taken('{{context}} |')).toBeNull();
    expect(taken('{con|')).toBeNull();
  });
});
