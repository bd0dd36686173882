import { describe, expect, it } from 'vitest';
import { kindOf, variablesIn } from '../placeholders';

describe('the places of a template', () => {
  it('are variables that the prompt gives, or does not give, a value', () => {
    expect(kindOf('{{ tone }}', { tone: 'dry' })).toBe('given');
    expect(kindOf('{{tone}}', {})).toBe('missing');
  });

  it('are filled in by the server where it knows the name, in any case', () => {
    expect(kindOf('{{ Context }}', {})).toBe('context');
    expect(kindOf('[КОНТЕКСТ]', {})).toBe('context');
    expect(kindOf('{{DATE}}', {})).toBe('builtIn');
  });

  it('are none behind a backslash, and none without a name', () => {
    expect(kindOf('\\{{tone}}', { tone: 'dry' })).toBe('literal');
    expect(kindOf('{{  }}', {})).toBe('literal');
  });

  it('ask for each variable once, in the order of the text', () => {
    const template =
      '{{who}} {{context}} {{ was }} \\{{no}} {{who}} {{}} {{a{{b}} {{date}} [КОНТЕКСТ]';
    expect(variablesIn(template)).toEqual(['who', 'was', 'b']);
  });
});
