import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Removals, UNDO_TIME } from '../removals';

const ONE = { id: '1', name: 'Summary' };
const TWO = { id: '2', name: 'Review' };

describe('a deletion that can be taken back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hides at once and deletes when its time is over', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const removals = new Removals(carryOut);
    const done = removals.remove(ONE);
    expect(removals.pending.get()).toEqual([ONE]);
    await vi.advanceTimersByTimeAsync(UNDO_TIME - 1);
    expect(carryOut).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toBe(true);
    expect(carryOut).toHaveBeenCalledExactlyOnceWith('1');
    expect(removals.pending.get()).toEqual([]);
  });

  it('deletes nothing that was taken back', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const removals = new Removals(carryOut);
    const done = removals.remove(ONE);
    removals.undo('1');
    expect(await done).toBe(false);
    await vi.advanceTimersByTimeAsync(UNDO_TIME);
    expect(carryOut).not.toHaveBeenCalled();
    expect(removals.pending.get()).toEqual([]);
  });

  it('deletes everything that waits when the page is left', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const removals = new Removals(carryOut);
    const both = [removals.remove(ONE), removals.remove(TWO)];
    expect(removals.pending.get()).toEqual([TWO, ONE]);
    removals.flush();
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(carryOut.mock.calls).toEqual([['1'], ['2']]);
  });

  it('shows again what could not be deleted', async () => {
    const removals = new Removals(() => Promise.reject(new Error('no')));
    const done = removals.remove(ONE);
    removals.flush();
    await expect(done).rejects.toThrow('no');
    expect(removals.pending.get()).toEqual([]);
  });
});
