/** What is asked of the server about providers, models and configurations. */
import type { Session } from '../../state/session';
import type { Choice, ProviderModels, Wishes } from '../../state/sending';
import { choiceOf } from '../../state/sending';

const MINUTE = 60_000;

export const KEYS = ['api-keys'];
export const MODELS = ['models'];
export const CONFIGS = ['configs'];

/** How long what the server tells holds. */
export const queries = {
  providers: ({ api }: Session) => ({
    queryKey: ['providers'],
    queryFn: () => api.providers(),
    staleTime: 60 * MINUTE
  }),
  keys: ({ api }: Session) => ({
    queryKey: KEYS,
    queryFn: () => api.apiKeys(),
    staleTime: MINUTE
  }),
  models: ({ api }: Session, provider: string) => ({
    queryKey: [...MODELS, provider],
    queryFn: () => api.models(provider),
    staleTime: 10 * MINUTE,
    retry: false
  }),
  configs: ({ api }: Session) => ({
    queryKey: CONFIGS,
    queryFn: () => api.configs(),
    staleTime: MINUTE
  })
};

/** What a prompt would be sent to now; for a command, beside which no list of models stands. */
export async function usualChoice(session: Session, wishes: Wishes): Promise<Choice | null> {
  const client = session.queries;
  const [providers, keys, configs] = await Promise.all([
    client.query(queries.providers(session)),
    client.query(queries.keys(session)),
    client.query(queries.configs(session)).catch(() => [])
  ]);
  const ready = providers.filter(provider => keys.some(key => key.provider === provider.id));
  const groups: ProviderModels[] = await Promise.all(
    ready.map(async provider => ({
      provider,
      models: await client.query(queries.models(session, provider.id)).catch(() => [])
    }))
  );
  return choiceOf(groups, configs, wishes);
}
