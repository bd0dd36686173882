/** The places of a template that are filled in; only to show them, the server does the replacing. */

/** What the server fills in by itself. */
export const BUILT_IN = ['context', 'date', 'project', 'prompt'] as const;
export type BuiltIn = (typeof BUILT_IN)[number];

/** A backslash makes the braces literal; the second form is that of older templates. */
export const PLACEHOLDER = /\\?\{\{[^{}\n]{1,100}\}\}|\[КОНТЕКСТ\]/gu;

/** `given` and `missing` are variables with and without a value; `literal` is no placeholder. */
export type PlaceholderKind = 'context' | 'builtIn' | 'given' | 'missing' | 'literal';

export type Values = Readonly<Record<string, string>>;

/** What one match of `PLACEHOLDER` is for a prompt with these values. */
export function kindOf(match: string, values: Values): PlaceholderKind {
  if (match.startsWith('\\')) {
    return 'literal';
  }
  const name = nameIn(match);
  const known = BUILT_IN.find(one => one === name.toLowerCase());
  if (known === 'context' || match === '[КОНТЕКСТ]') {
    return 'context';
  }
  return known ? 'builtIn' : name in values ? 'given' : name === '' ? 'literal' : 'missing';
}

/** The variables a template asks for, each once, in the order of the text. */
export function variablesIn(template: string): string[] {
  const names = [...template.matchAll(PLACEHOLDER)]
    .map(match => match[0])
    .filter(match => kindOf(match, {}) === 'missing')
    .map(nameIn);
  return [...new Set(names)];
}

function nameIn(match: string): string {
  return match.slice(2, -2).trim();
}
