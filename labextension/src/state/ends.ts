/** How an answer ended, if not as it should. */
import type { RunState } from './runs';
import { isRunning } from './runs';

/** Stopped by the person, cut at its greatest length, held back, broken off, or no answer at all. */
export type End = 'stopped' | 'cut' | 'held' | 'broken' | 'failed';

export function endOf({
  phase,
  status,
  finishReason,
  error
}: Pick<RunState, 'phase' | 'status' | 'finishReason' | 'error'>): End | null {
  if (isRunning(phase) || phase === 'none') {
    return null;
  }
  if (phase === 'cancelled') {
    return 'stopped';
  }
  if (status === 'blocked') {
    return 'held';
  }
  if (status === 'interrupted') {
    return 'broken';
  }
  if (phase === 'failed' || error) {
    return 'failed';
  }
  return finishReason === 'length' ? 'cut' : null;
}
