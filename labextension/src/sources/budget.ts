/** Keeping a text within a number of tokens; counted as `promptyflow_lab/sources/tokens.py` does. */

const SPACE =
  '[\\t-\\r\\u001c- \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const PIECES = new RegExp(
  `(?<word>[A-Za-z]+)|(?<digits>[0-9]+)|(?<space>${SPACE}+)|(?<letters>[\\p{L}\\p{Nl}\\p{No}]+)|.`,
  'gsu'
);
const LETTERS_OF_A_WORD = 6;
const DIGITS = 3;
const SPACES = 8;
const CHARS_OF_A_PASSAGE = 200_000;
const FIRST_IDEOGRAPH = 0x2e80;

/** About how many tokens a text has; rather too many than too few. */
export function estimateTokens(text: string): number {
  if (text.length <= 2 * CHARS_OF_A_PASSAGE) {
    return counted(text);
  }
  const chars = Array.from(text);
  if (chars.length <= 2 * CHARS_OF_A_PASSAGE) {
    return counted(text);
  }
  const step = Math.floor(chars.length / 4);
  const size = CHARS_OF_A_PASSAGE / 4;
  const passages = [0, 1, 2, 3].flatMap(n => chars.slice(n * step, n * step + size));
  return Math.round((counted(passages.join('')) * chars.length) / passages.length);
}

/** A text; of a too long one its beginning and its end. */
export function shortened(text: string, tokens: number | null): string {
  if (tokens === null || 2 * text.length <= tokens || estimateTokens(text) <= tokens) {
    return text;
  }
  const chars = Array.from(text);
  let kept = Math.min(chars.length, tokens * 6);
  while (kept > 0) {
    const shown = cutOf(chars, kept);
    const size = estimateTokens(shown);
    if (size <= tokens) {
      return shown;
    }
    kept = Math.min(kept - 1, Math.floor(((kept * tokens) / size) * 0.97));
  }
  return '';
}

/** So many characters of a longer text, of its beginning and its end. */
export function cut(text: string, kept: number): string {
  return text.length <= kept ? text : cutOf(Array.from(text), kept);
}

function cutOf(chars: readonly string[], kept: number): string {
  if (chars.length <= kept) {
    return chars.join('');
  }
  const head = Math.floor((kept * 2) / 3);
  const tail = kept - head;
  const out = (chars.length - kept).toLocaleString('en-US');
  const end = chars.slice(chars.length - tail).join('');
  return `${chars.slice(0, head).join('')}\n[… ${out} characters left out …]\n${end}`;
}

function counted(text: string): number {
  let tokens = 0;
  for (const { 0: piece, groups = {} } of text.matchAll(PIECES)) {
    if (groups['word']) {
      tokens += Math.ceil(piece.length / LETTERS_OF_A_WORD);
    } else if (groups['digits']) {
      tokens += Math.ceil(piece.length / DIGITS);
    } else if (groups['letters']) {
      const size = Array.from(piece).length;
      tokens += (piece.codePointAt(0) ?? 0) > FIRST_IDEOGRAPH ? size : Math.ceil(size / 2);
    } else if (groups['space']) {
      tokens += piece === ' ' ? 0 : Math.ceil(piece.length / SPACES);
    } else {
      tokens += Math.floor(new TextEncoder().encode(piece).length / 2) || 1;
    }
  }
  return tokens;
}
