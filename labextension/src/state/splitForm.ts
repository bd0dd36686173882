/** The fields of the split dialog, and what they say to the server. */
import type { SplitMethod, SplitOptions } from '../api/types';

/** What decides how large a part is. */
export type SizeMode = 'each' | 'parts' | 'about' | 'atMost';
export type PresetChoice = 'chapters' | 'numbering' | 'dates' | 'own';
export type TokenFamily = 'openai' | 'anthropic' | 'gemini' | 'xai';

/** A model of each family: all of a family count alike. */
const MODEL_OF: Readonly<Record<TokenFamily, string>> = {
  openai: 'gpt-5',
  anthropic: 'claude',
  gemini: 'gemini',
  xai: 'grok'
};

/** Numbers are kept as they are typed. */
export interface SplitForm {
  method: SplitMethod;
  /** Every method remembers its own choice. */
  sizeModes: Readonly<Record<SplitMethod, SizeMode>>;
  parts: string;
  chars: string;
  tokens: string;
  family: TokenFamily;
  perPart: string;
  minSize: string;
  level: number;
  delimiter: string;
  preset: PresetChoice;
  pattern: string;
  keep: boolean;
  caseSensitive: boolean;
  into: 'subItems' | 'items';
  keepOriginal: boolean;
}

export const FIRST_FORM: SplitForm = {
  method: 'sentence',
  sizeModes: {
    sentence: 'parts',
    paragraph: 'each',
    heading: 'each',
    delimiter: 'each',
    pattern: 'each',
    exact: 'about',
    tokens: 'atMost'
  },
  parts: '2',
  chars: '10000',
  tokens: '2000',
  family: 'openai',
  perPart: '1',
  minSize: '0',
  level: 2,
  delimiter: '---',
  preset: 'chapters',
  pattern: '',
  keep: true,
  caseSensitive: false,
  into: 'subItems',
  keepOriginal: true
};

const SIZED: readonly SizeMode[] = ['each', 'parts', 'about', 'atMost'];

export const SIZE_MODES: Readonly<Record<SplitMethod, readonly SizeMode[]>> = {
  sentence: SIZED,
  paragraph: SIZED,
  heading: SIZED,
  delimiter: ['each', 'atMost'],
  pattern: ['each', 'atMost'],
  exact: ['parts', 'about', 'atMost'],
  tokens: ['parts', 'about', 'atMost']
};

/** A whole number as it is typed; null if it is none, or too small. */
export function numberOf(typed: string, least: number): number | null {
  const number = /^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : null;
  return number !== null && number >= least ? number : null;
}

/** What the server is asked; null while a field is not filled in. */
export function optionsOf(form: SplitForm): SplitOptions | null {
  const size = sizeOf(form);
  const own = ownOptionsOf(form);
  return size && own && { method: form.method, ...size, ...own };
}

function sizeOf(form: SplitForm): Partial<SplitOptions> | null {
  const mode = form.sizeModes[form.method];
  if (mode === 'each') {
    return {};
  }
  const size = form.method === 'tokens' ? form.tokens : form.chars;
  const number = mode === 'parts' ? numberOf(form.parts, 2) : numberOf(size, 1);
  const name = ({ parts: 'parts', about: 'size', atMost: 'maxSize' } as const)[mode];
  return number === null ? null : { [name]: number };
}

function ownOptionsOf(form: SplitForm): Partial<SplitOptions> | null {
  const { method, keep, caseSensitive } = form;
  switch (method) {
    case 'sentence':
    case 'exact':
      return {};
    case 'tokens':
      return { provider: form.family, model: MODEL_OF[form.family] };
    case 'heading':
      return { level: form.level };
    case 'paragraph': {
      const minSize = numberOf(form.minSize, 0);
      const perPart = form.sizeModes.paragraph === 'each' ? numberOf(form.perPart, 1) : undefined;
      return minSize === null || perPart === null ? null : { minSize, perPart };
    }
    case 'delimiter':
      return form.delimiter === '' ? null : { delimiter: form.delimiter, keep, caseSensitive };
    case 'pattern':
      if (form.preset !== 'own') {
        return { preset: form.preset, keep };
      }
      return form.pattern === '' ? null : { pattern: form.pattern, keep, caseSensitive };
  }
}

/** The number each part will have: parts that are not taken have none, and leave no gap. */
export function numbersOf(count: number, left: ReadonlySet<number>): (number | null)[] {
  let next = 1;
  return Array.from({ length: count }, (_, place) => (left.has(place) ? null : next++));
}
