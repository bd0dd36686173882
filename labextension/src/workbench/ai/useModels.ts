/** The models of every provider that is set up, kept fresh while they are shown. */
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ApiKey, Provider } from '../../api/types';
import { useServices } from '../common/services';
import type { ProviderModels } from './models';
import { queries } from './models';

export function useProviders(): { providers: Provider[]; keys: ApiKey[]; known: boolean } {
  const { session } = useServices();
  const providers = useQuery(queries.providers(session));
  const keys = useQuery(queries.keys(session));
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
    queries: ready.map(provider => queries.models(session, provider.id))
  });
  return {
    groups: ready.map((provider, k) => ({ provider, models: answers[k]?.data ?? [] })),
    known: known && answers.every(answer => !answer.isLoading)
  };
}
