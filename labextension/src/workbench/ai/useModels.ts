/** The models a person can send to: those of every provider that is set up. */
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ApiKey, ModelInfo, Provider } from '../../api/types';
import { useServices } from '../common/services';

export const PROVIDERS = ['providers'];
export const KEYS = ['api-keys'];
export const MODELS = ['models'];

const MINUTE = 60_000;

export interface ProviderModels {
  provider: Provider;
  models: ModelInfo[];
}

export function useProviders(): { providers: Provider[]; keys: ApiKey[]; known: boolean } {
  const { session } = useServices();
  const providers = useQuery({
    queryKey: PROVIDERS,
    queryFn: () => session.api.providers(),
    staleTime: 60 * MINUTE
  });
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: () => session.api.apiKeys(),
    staleTime: MINUTE
  });
  return {
    providers: providers.data ?? [],
    keys: keys.data ?? [],
    known: providers.isSuccess && keys.isSuccess
  };
}

export function useModels(): { groups: ProviderModels[]; known: boolean } {
  const { session } = useServices();
  const { providers, keys, known } = useProviders();
  const ready = providers.filter(provider => keys.some(key => key.provider === provider.id));
  const answers = useQueries({
    queries: ready.map(provider => ({
      queryKey: [...MODELS, provider.id],
      queryFn: () => session.api.models(provider.id),
      staleTime: 10 * MINUTE,
      retry: false
    }))
  });
  return {
    groups: ready.map((provider, k) => ({ provider, models: answers[k]?.data ?? [] })),
    known: known && answers.every(answer => !answer.isLoading)
  };
}
