import { describe, expect, it } from 'vitest';
import { codePoints, spliceBetween } from '../text';

function applied(base: string, next: string): string {
  const { start, deleteCount, insert } = spliceBetween(base, next);
  const points = [...base];
  points.splice(start, deleteCount, ...insert);
  return points.join('');
}

describe('lengths', () => {
  it('count characters outside the basic plane once', () => {
    expect(codePoints('aй😀b')).toBe(4);
    expect(codePoints('')).toBe(0);
    expect(codePoints('😀😀', 2)).toBe(1);
  });
});

describe('a splice', () => {
  it.each([
    ['', 'text'],
    ['text', ''],
    ['aaa', 'aaaa'],
    ['abcabc', 'abc'],
    ['one two three', 'one 2 three'],
    ['😀😁', '😁😀'],
    ['a😀b', 'a😁b'], // same first half, other second half
    ['x\ud83d\ude00y', 'x\ud83c\ude00y'], // other first half, same second half
    ['Привет, мир', 'Привет, 🌍 мир'],
    ['same', 'same']
  ])('turns %j into %j at the server, which counts code points', (base, next) => {
    expect(applied(base, next)).toBe(next);
  });

  it('counts its place in code points, not in UTF-16 units', () => {
    expect(spliceBetween('😀😀a', '😀😀b')).toEqual({ start: 2, deleteCount: 1, insert: 'b' });
  });

  it('is as small as the change', () => {
    const base = 'x'.repeat(100_000);
    const next = `${base.slice(0, 50_000)}new${base.slice(50_000)}`;
    expect(spliceBetween(base, next).insert).toBe('new');
  });
});
