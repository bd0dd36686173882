/** What a prompt may cost at most with each of several models. */
import { useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ModelInfo } from '../../api/types';
import { ceiling, nameOf, takes } from '../../state/sending';
import type { PromptNode } from '../../state/tree';
import { useProject, useServices, useStore } from '../common/services';

interface Ceilings {
  perModel: ReadonlyMap<string, { tokens: number; dollars: number | null }>;
  total: number;
  /** How many have no known price. */
  unknown: number;
}

export function useCeilings(
  prompt: PromptNode,
  models: readonly ModelInfo[],
  longest: number | null
): Ceilings {
  const { session } = useServices();
  const project = useProject();
  const preview = session.preview(project.id, prompt.key);
  const text = useStore(preview.state, state => state.result?.sha256 ?? null);
  const promptBlockId = project.queue.identities.promptIdOf(prompt.key);
  useEffect(() => preview.watch(), [preview]);
  const counts = useQueries({
    queries: models.map(({ provider, id }) => ({
      queryKey: ['tokens', text, provider, id, null, null],
      queryFn: () =>
        session.api.countTokens({
          projectId: project.id,
          promptBlockId: promptBlockId ?? 0,
          provider,
          model: id
        }),
      enabled: text !== null && promptBlockId !== null,
      staleTime: Infinity,
      retry: false
    }))
  });
  const perModel = new Map<string, { tokens: number; dollars: number | null }>();
  models.forEach((info, k) => {
    const tokens = counts[k]?.data?.tokens;
    if (tokens !== undefined) {
      // Where a limit is refused, the model's own holds.
      const most = takes(info, 'maxTokens') ? longest : null;
      perModel.set(nameOf(info), { tokens, dollars: ceiling(info, tokens, most) });
    }
  });
  const known = [...perModel.values()];
  return {
    perModel,
    total: known.reduce((sum, one) => sum + (one.dollars ?? 0), 0),
    unknown: models.length - known.filter(one => one.dollars !== null).length
  };
}
