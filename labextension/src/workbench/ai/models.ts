/** Which models a person can send to, and which of them is meant without a word. */
import type { Session } from '../../state/session';
import type { ModelInfo, Provider } from '../../api/types';

const MINUTE = 60_000;

export const KEYS = ['api-keys'];
export const MODELS = ['models'];

export interface ProviderModels {
  provider: Provider;
  models: ModelInfo[];
}

export interface ModelChoice {
  provider: string;
  id: string;
}

/** What is asked of the server about providers and models, and for how long it holds. */
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
  })
};

/** The model that was last used if it is still offered, else the first there is. */
export function modelFor(
  groups: readonly ProviderModels[],
  last: string | null
): ModelChoice | null {
  const all = groups.flatMap(({ provider, models }) =>
    models.map(model => ({ provider: provider.id, id: model.id }))
  );
  return all.find(model => `${model.provider}/${model.id}` === last) ?? all[0] ?? null;
}

/** The same for a command, which no list of models stands beside. */
export async function usualModel(
  session: Session,
  last: string | null
): Promise<ModelChoice | null> {
  const client = session.queries;
  const [providers, keys] = await Promise.all([
    client.query(queries.providers(session)),
    client.query(queries.keys(session))
  ]);
  const ready = providers.filter(provider => keys.some(key => key.provider === provider.id));
  const groups = await Promise.all(
    ready.map(async provider => ({
      provider,
      models: await client.query(queries.models(session, provider.id)).catch(() => [])
    }))
  );
  return modelFor(groups, last);
}
