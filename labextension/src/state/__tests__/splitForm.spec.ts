import { describe, expect, it } from 'vitest';
import type { SplitForm } from '../splitForm';
import { FIRST_FORM, numberOf, numbersOf, optionsOf, SIZE_MODES } from '../splitForm';

const form = (change: Partial<SplitForm>): SplitForm => ({ ...FIRST_FORM, ...change });
const sized = (method: SplitForm['method'], mode: SplitForm['sizeModes']['exact']): SplitForm =>
  form({ method, sizeModes: { ...FIRST_FORM.sizeModes, [method]: mode } });

describe('the fields of the split dialog', () => {
  it('ask for two parts of sentences at first', () => {
    expect(optionsOf(FIRST_FORM)).toEqual({ method: 'sentence', parts: 2 });
  });

  it('name the size as the contract does', () => {
    expect(optionsOf(sized('exact', 'about'))).toEqual({ method: 'exact', size: 10_000 });
    expect(optionsOf(sized('sentence', 'atMost'))).toEqual({ method: 'sentence', maxSize: 10_000 });
    expect(optionsOf(sized('sentence', 'each'))).toEqual({ method: 'sentence' });
  });

  it('send only what belongs to the method', () => {
    expect(optionsOf(form({ method: 'heading', level: 3 }))).toEqual({
      method: 'heading',
      level: 3
    });
    expect(optionsOf(form({ method: 'paragraph', perPart: '3', minSize: '50' }))).toEqual({
      method: 'paragraph',
      perPart: 3,
      minSize: 50
    });
    expect(optionsOf(form({ ...sized('paragraph', 'parts'), perPart: 'x' }))).toEqual({
      method: 'paragraph',
      parts: 2,
      minSize: 0
    });
    expect(optionsOf(form({ method: 'delimiter', keep: false }))).toEqual({
      method: 'delimiter',
      delimiter: '---',
      keep: false,
      caseSensitive: false
    });
    expect(optionsOf(form({ method: 'pattern' }))).toEqual({
      method: 'pattern',
      preset: 'chapters',
      keep: true
    });
    expect(optionsOf(form({ method: 'pattern', preset: 'own', pattern: '^Q' }))).toEqual({
      method: 'pattern',
      pattern: '^Q',
      keep: true,
      caseSensitive: false
    });
  });

  it('count in tokens of a family', () => {
    expect(optionsOf(form({ method: 'tokens', family: 'anthropic', tokens: '500' }))).toEqual({
      method: 'tokens',
      maxSize: 500,
      provider: 'anthropic',
      model: 'claude'
    });
    expect(optionsOf(form({ method: 'tokens', tokens: '' }))).toBeNull();
  });

  it('ask nothing while one of them is not filled in', () => {
    const unfinished: Partial<SplitForm>[] = [
      { parts: '' },
      { parts: '1' },
      { parts: '2.5' },
      { parts: '-3' },
      { ...sized('exact', 'atMost'), chars: '0' },
      { method: 'delimiter', delimiter: '' },
      { method: 'pattern', preset: 'own', pattern: '' },
      { method: 'paragraph', perPart: '0' },
      { method: 'paragraph', minSize: 'many' }
    ];
    for (const change of unfinished) {
      expect(optionsOf(form(change)), JSON.stringify(change)).toBeNull();
    }
  });

  it('offer every method a size it takes, the first one included', () => {
    for (const [method, modes] of Object.entries(SIZE_MODES)) {
      expect(modes).toContain(FIRST_FORM.sizeModes[method as SplitForm['method']]);
    }
  });

  it('read whole numbers only', () => {
    expect(numberOf(' 12 ', 1)).toBe(12);
    for (const typed of ['', '1e3', '0x10', '１２', '1234567890', '1', '+2']) {
      expect(numberOf(typed, 2), typed).toBeNull();
    }
  });
});

describe('the numbers of the parts', () => {
  it('leave no gap where a part is left out', () => {
    expect(numbersOf(4, new Set([1]))).toEqual([1, null, 2, 3]);
    expect(numbersOf(2, new Set([0, 1]))).toEqual([null, null]);
    expect(numbersOf(0, new Set())).toEqual([]);
  });
});
