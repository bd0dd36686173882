/** The models of every provider that is set up, kept fresh while they are shown. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ApiKey, ModelConfig, Provider } from '../../api/types';
import type { Choice, ProviderModels } from '../../state/sending';
import { choiceOf } from '../../state/sending';
import type { PromptNode } from '../../state/tree';
import { useServices, useView } from '../common/services';
import { queries } from './models';

export function useProviders(): {
  providers: Provider[];
  keys: ApiKey[];
  known: boolean;
  error: Error | null;
  retry: () => void;
} {
  const { session, trans } = useServices();
  const providers = useQuery(queries.providers(session));
  const keys = useQuery(queries.keys(session));
  return {
    // The others are called by their makers' names, in every language.
    providers: (providers.data ?? NO_PROVIDERS).map(provider =>
      provider.id === 'openai-compatible'
        ? { ...provider, name: trans.__('OpenAI-compatible server') }
        : provider
    ),
    keys: keys.data ?? [],
    known: providers.isSuccess && keys.isSuccess,
    error: providers.error ?? keys.error,
    retry: () => void Promise.all([providers.refetch(), keys.refetch()])
  };
}

export function useModels(): { groups: ProviderModels[]; known: boolean } {
  const { session } = useServices();
  const { providers, keys, known } = useProviders();
  const ready = providers.filter(provider => keys.some(key => key.provider === provider.id));
  const answers = useQueries({
    queries: ready.map(provider => queries.models(session, provider.id))
  });
  return {
    groups: ready.map((provider, k) => ({
      provider,
      models: answers[k]?.data ?? [],
      error: answers[k]?.error?.message
    })),
    known: known && answers.every(answer => !answer.isLoading)
  };
}

export function useConfigs(): ModelConfig[] {
  const { session } = useServices();
  return useQuery(queries.configs(session)).data ?? NONE;
}

const NONE: ModelConfig[] = [];
const NO_PROVIDERS: Provider[] = [];

/** What the prompt would be sent to now. */
export function useChoice(prompt: PromptNode): {
  choice: Choice | null;
  groups: ProviderModels[];
  configs: ModelConfig[];
  known: boolean;
} {
  const { groups, known } = useModels();
  const configs = useConfigs();
  const model = useView(state => state.model);
  const parameters = useView(state => state.parameters);
  const wishes = { configId: prompt.modelConfigId, model, parameters };
  return { choice: choiceOf(groups, configs, wishes), groups, configs, known };
}

/** The same words for the same list: a model by its id, with its name where it has one. */
export function useModelName(): (provider: string, model: string) => string {
  const { groups } = useModels();
  return useMemo(() => {
    const names = new Map(
      groups.flatMap(group =>
        group.models.map(one => [`${one.provider}/${one.id}`, one.name ?? one.id] as const)
      )
    );
    return (provider, model) => names.get(`${provider}/${model}`) ?? model;
  }, [groups]);
}
