/** What every text that is taken goes through. */

/** A text without what no project takes: NUL and lone surrogates. */
export function sendable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
