import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deletions, UNDO_TIME } from '../deletions';

const ONE = { id: '1', name: 'Summary' };
const TWO = { id: '2', name: 'Review' };

describe('a deletion that can be taken back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hides at once and deletes when its time is over', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const deletions = new Deletions(carryOut);
    const done = deletions.remove(ONE);
    expect(deletions.pending.get()).toEqual([ONE]);
    await vi.advanceTimersByTimeAsync(UNDO_TIME - 1);
    expect(carryOut).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await done).toBe(true);
    expect(carryOut).toHaveBeenCalledExactlyOnceWith('1');
    expect(deletions.pending.get()).toEqual([]);
  });

  it('deletes nothing that was taken back', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const deletions = new Deletions(carryOut);
    const done = deletions.remove(ONE);
    expect(deletions.undo('1')).toBe(true);
    expect(await done).toBe(false);
    expect(deletions.undo('1')).toBe(false);
    await vi.advanceTimersByTimeAsync(UNDO_TIME);
    expect(carryOut).not.toHaveBeenCalled();
    expect(deletions.pending.get()).toEqual([]);
  });

  it('deletes everything that waits when the page is left', async () => {
    const carryOut = vi.fn(() => Promise.resolve());
    const deletions = new Deletions(carryOut);
    const both = [deletions.remove(ONE), deletions.remove(TWO)];
    expect(deletions.pending.get()).toEqual([TWO, ONE]);
    deletions.flush();
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(carryOut.mock.calls).toEqual([['1'], ['2']]);
  });

  it('shows again what could not be deleted', async () => {
    const deletions = new Deletions(() => Promise.reject(new Error('no')));
    const done = deletions.remove(ONE);
    deletions.flush();
    await expect(done).rejects.toThrow('no');
    expect(deletions.pending.get()).toEqual([]);
  });
});
