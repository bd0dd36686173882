import { describe, expect, it } from 'vitest';
import { endOf } from '../ends';

const DONE = { phase: 'done', status: 'done', finishReason: 'stop', error: null } as const;
const ERROR = { code: 'PROVIDER_ERROR', message: 'no' };

describe('how an answer ended', () => {
  it('is not told while it is written, and not when it is complete', () => {
    expect(endOf({ ...DONE, phase: 'streaming', status: null })).toBeNull();
    expect(endOf(DONE)).toBeNull();
  });

  it('is told when it is not all the model would have written', () => {
    expect(endOf({ ...DONE, finishReason: 'length' })).toBe('cut');
    expect(endOf({ ...DONE, phase: 'cancelled', status: 'cancelled' })).toBe('stopped');
    expect(endOf({ ...DONE, status: 'interrupted', error: ERROR })).toBe('broken');
  });

  it('is told when the provider held it back or failed', () => {
    expect(endOf({ ...DONE, status: 'blocked', finishReason: 'SAFETY' })).toBe('held');
    expect(endOf({ ...DONE, phase: 'failed', status: 'failed', error: ERROR })).toBe('failed');
  });
});
