/** How many tokens the prompt has for the chosen model, how full that makes it, what it costs. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { PromptNode } from '../../state/tree';
import type { Choice } from '../../state/sending';
import { money } from '../ai/prices';
import { exact, short } from '../common/numbers';
import { useProject, useServices, useStore } from '../common/services';

interface TokenGaugeProps {
  prompt: PromptNode;
  choice: Choice;
}

export function TokenGauge({ prompt, choice }: TokenGaugeProps): React.JSX.Element | null {
  const { session, trans, language } = useServices();
  const project = useProject();
  const preview = session.preview(project.id, prompt.key);
  const text = useStore(preview.state, state => state.result?.sha256 ?? null);
  const promptBlockId = project.queue.identities.promptIdOf(prompt.key);
  useEffect(() => preview.watch(), [preview]);
  const { provider, model, parameters } = choice;
  const { system = null, maxTokens = null } = parameters;
  const { data } = useQuery({
    // The same text for the same model has the same number.
    queryKey: ['tokens', text, provider, model, system, maxTokens],
    queryFn: () =>
      session.api.countTokens({
        projectId: project.id,
        promptBlockId: promptBlockId ?? 0,
        provider,
        model,
        system,
        maxTokens
      }),
    enabled: text !== null && promptBlockId !== null,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false
  });
  if (!data) {
    return null;
  }
  const { tokens, window, share, cost } = data;
  const count = trans
    ._n('%1 token', '%1 tokens', tokens)
    .replace(String(tokens), `${data.exact ? '' : '≈ '}${exact(tokens, language)}`);
  const percent = share === null ? null : Math.ceil(share * 100);
  const level = percent === null || percent < 80 ? 'low' : percent < 95 ? 'high' : 'full';
  const parts = [
    count,
    percent === null || window === null
      ? null
      : percent > 100
        ? trans.__('too long: the model takes %1', short(window, language))
        : trans.__('%1% of %2', percent, short(window, language)),
    cost && cost.total > 0
      ? cost.output
        ? trans.__('at most %1', money(cost.total, language))
        : trans.__('%1 and the answer', money(cost.input, language))
      : null
  ];
  return (
    <div className="pf-Gauge" data-level={level} data-testid="pf-token-gauge">
      <span className="pf-Gauge-text">{parts.filter(part => part !== null).join(' · ')}</span>
      {percent !== null && (
        <span
          className="pf-Gauge-bar"
          role="meter"
          aria-label={trans.__('Share of the window of the model')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.min(100, percent)}
        >
          <span style={{ width: `${Math.min(100, Math.max(1, percent))}%` }} />
        </span>
      )}
    </div>
  );
}
