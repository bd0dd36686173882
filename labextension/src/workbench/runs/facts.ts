/** What is told of a run beside its answer: how long, how much, and how it ended. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RunStatus, Usage } from '../../api/types';
import { money } from '../ai/prices';
import { exact } from '../common/numbers';

export interface Told {
  status: RunStatus | null;
  usage: Usage | null;
  cost: number | null;
  costSource?: string | null;
  durationMs: number | null;
  finishReason: string | null;
}

/** Tokens in and out, cost and whose word it is, seconds. */
export function factsOf(run: Told, trans: TranslationBundle, language: string): string[] {
  const { usage, cost, costSource, durationMs } = run;
  const given = usage?.inputTokens ?? null;
  const written = usage?.outputTokens ?? null;
  const number = (count: number | null): string => (count === null ? '?' : exact(count, language));
  const seconds = (durationMs ?? 0) / 1000;
  return [
    given === null && written === null
      ? null
      : trans.__('%1 → %2 tokens', number(given), number(written)),
    cost === null
      ? null
      : costSource === 'provider'
        ? trans.__('%1 (says the provider)', money(cost, language))
        : trans.__('%1 (by the price list)', money(cost, language)),
    cost === null && costSource === 'unknown' ? trans.__('cost unknown') : null,
    durationMs === null
      ? null
      : trans.__('%1 s', seconds.toLocaleString(language, { maximumFractionDigits: 1 }))
  ].filter(part => part !== null);
}

/** What the reader of an answer must know about its end; null: it is complete. */
export function endOf(run: Told, trans: TranslationBundle): string | null {
  switch (run.status) {
    case 'cancelled':
      return trans.__('You stopped the answer here.');
    case 'interrupted':
      return trans.__('The answer broke off here: the provider closed the connection.');
    case 'blocked':
      return trans.__('The provider blocked the answer for its content.');
    default:
      return run.finishReason === 'length'
        ? trans.__('The answer was cut: it reached its longest length.')
        : null;
  }
}

export function statusText(status: RunStatus, trans: TranslationBundle): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'cancelled':
      return trans.__('stopped');
    case 'interrupted':
      return trans.__('broken off');
    case 'blocked':
      return trans.__('blocked');
    case 'failed':
      return trans.__('failed');
  }
}
