/** Numbers as people read them. */
import type { TranslationBundle } from '@jupyterlab/translation';

/** 999, 1.2k, 34k, 1.2M: three figures at most, for narrow places. */
export function short(count: number, language: string): string {
  const [value, unit] =
    count < 1000 ? [count, ''] : count < 999_500 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  const digits = unit !== '' && value < 9.95 ? 1 : 0;
  return `${value.toLocaleString(language, { maximumFractionDigits: digits })}${unit}`;
}

export function exact(count: number, language: string): string {
  return count.toLocaleString(language);
}

export function characters(count: number, trans: TranslationBundle, language: string): string {
  return trans
    ._n('%1 character', '%1 characters', count)
    .replace(String(count), exact(count, language));
}

/** Tokens, with ≈ where they are estimated. */
export function tokens(
  count: number,
  isExact: boolean,
  trans: TranslationBundle,
  language: string
): string {
  const told = trans
    ._n('%1 token', '%1 tokens', count)
    .replace(String(count), exact(count, language));
  return isExact ? told : `≈ ${told}`;
}

/** "5 minutes ago", in the person's language. */
export function ago(time: string | number, language: string): string {
  const seconds = (new Date(time).getTime() - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60]
  ];
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) {
      return format.format(Math.round(seconds / length), unit);
    }
  }
  return format.format(Math.min(0, Math.round(seconds)), 'second');
}
