/** One line about an answer: who wrote it, tokens, cost and whose word that is, time. */
import type { RunState } from '../../state/runs';
import { exact } from '../common/numbers';
import type { WorkbenchServices } from '../common/services';
import { useServices } from '../common/services';

export function AnswerFacts({ state }: { state: RunState }): React.JSX.Element {
  const services = useServices();
  const [first, ...rest] = factsOf(state, services);
  return (
    <span
      className="pf-Answer-facts"
      title={[first, ...rest, costTold(state, services)].filter(Boolean).join('\n')}
      data-testid="pf-answer-facts"
    >
      {[first, ...rest].join(' · ')}
    </span>
  );
}

function factsOf(state: RunState, { trans, language }: WorkbenchServices): string[] {
  const { usage, durationMs, model, cost } = state;
  const input = usage?.inputTokens ?? null;
  const output = usage?.outputTokens ?? null;
  const parts: (string | null)[] = [
    model,
    input !== null && output !== null
      ? trans.__('%1 → %2 tokens', exact(input, language), exact(output, language))
      : output !== null
        ? trans._n('%1 token', '%1 tokens', output)
        : null,
    cost === null ? null : money(cost, language),
    durationMs === null
      ? null
      : trans.__('%1 s', (durationMs / 1000).toLocaleString(language, { maximumFractionDigits: 1 }))
  ];
  return parts.filter((part): part is string => part !== null && part !== '');
}

/** Where the cost comes from: an estimate is never shown as a bill. */
function costTold({ cost, costSource }: RunState, { trans }: WorkbenchServices): string | null {
  if (cost === null) {
    return trans.__('The cost is not known.');
  }
  return costSource === 'provider'
    ? trans.__('The cost is what the provider says it charged.')
    : trans.__('The cost is estimated from the catalogue of prices.');
}

/** Dollars, as many digits as there are to see. */
function money(dollars: number, language: string): string {
  return dollars.toLocaleString(language, {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 2
  });
}
