import { describe, expect, it } from 'vitest';
import { fileName } from '../files';

describe('the file of a template', () => {
  it('is called like the template', () => {
    expect(fileName('Краткий пересказ v2')).toBe('Краткий пересказ v2.md');
  });

  it('has no signs that a file system or a path would take for something else', () => {
    expect(fileName('../a:b\\c|"d"\u0007?*<e>')).toBe('-a-b-c-d-e-.md');
  });

  it('always has a name, and none too long', () => {
    expect(fileName(' . ')).toBe('template.md');
    expect(fileName('x'.repeat(300))).toHaveLength(103);
  });
});
