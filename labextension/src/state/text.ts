/** Lengths and differences of texts in Unicode code points, the unit the server counts in. */

export interface Splice {
  start: number;
  deleteCount: number;
  insert: string;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Number of code points between two positions given in UTF-16 units. */
export function codePoints(text: string, from = 0, to = text.length): number {
  let pairs = 0;
  for (let k = from; k < to - 1; k++) {
    if (isHigh(text.charCodeAt(k)) && isLow(text.charCodeAt(k + 1))) {
      pairs++;
      k++;
    }
  }
  return to - from - pairs;
}

/** Whether a position lies between the two halves of one character. */
function splitsPair(text: string, at: number): boolean {
  return (
    at > 0 && at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at))
  );
}

/** The one replacement that turns `base` into `next`. */
export function spliceBetween(base: string, next: string): Splice {
  const shorter = Math.min(base.length, next.length);
  let start = 0;
  while (start < shorter && base.charCodeAt(start) === next.charCodeAt(start)) {
    start++;
  }
  if (splitsPair(base, start) || splitsPair(next, start)) {
    start--;
  }
  let tail = 0;
  while (
    tail < shorter - start &&
    base.charCodeAt(base.length - 1 - tail) === next.charCodeAt(next.length - 1 - tail)
  ) {
    tail++;
  }
  if (splitsPair(base, base.length - tail) || splitsPair(next, next.length - tail)) {
    tail--;
  }
  return {
    start: codePoints(base, 0, start),
    deleteCount: codePoints(base, start, base.length - tail),
    insert: next.slice(start, next.length - tail)
  };
}

/** The place in UTF-16 units of one that is given in code points. */
export function unitsBefore(text: string, points: number): number {
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left--) {
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at;
}
