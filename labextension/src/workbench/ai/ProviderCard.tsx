/** One provider: what it needs, whether it works, which models it offers. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ApiKey, ErrorBody, Provider } from '../../api/types';
import { Button } from '../common/buttons';
import { useServices } from '../common/services';
import { ago } from '../common/numbers';
import { KEY_HINTS } from './hints';
import { KEYS, MODELS, queries } from './models';

/** Where Ollama listens. */
const EXAMPLE_URL = 'http://localhost:11434/v1';

interface ProviderCardProps {
  provider: Provider;
  saved: ApiKey | null;
}

export function ProviderCard({ provider, saved }: ProviderCardProps): React.JSX.Element {
  const { trans, session, language } = useServices();
  const client = useQueryClient();
  const hint = KEY_HINTS[provider.id];
  const ids = { url: useId(), key: useId() };
  const [baseUrl, setBaseUrl] = useState(saved?.baseUrl ?? provider.defaultBaseUrl ?? '');
  const [apiKey, setApiKey] = useState('');
  const entered = {
    ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
    ...(provider.needsBaseUrl && baseUrl.trim() !== '' ? { baseUrl: baseUrl.trim() } : {})
  };
  const refresh = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: KEYS });
    await client.invalidateQueries({ queryKey: [...MODELS, provider.id] });
  };
  const test = useMutation({
    mutationFn: () => session.api.testConnection({ provider: provider.id, ...entered }),
    onSettled: refresh
  });
  const save = useMutation({
    mutationFn: () => session.api.saveApiKey(provider.id, entered),
    onMutate: () => test.reset(),
    onSuccess: () => setApiKey(''),
    onSettled: refresh
  });
  const remove = useMutation({
    mutationFn: () => session.api.deleteApiKey(provider.id),
    onSettled: refresh
  });
  const busy = save.isPending || test.isPending || remove.isPending;
  const complete =
    (!provider.needsBaseUrl || baseUrl.trim() !== '') &&
    (!provider.needsKey || apiKey.trim() !== '' || saved?.source === 'user');
  // What the administrator has set up is tested as it is.
  const asSetUp = saved?.source === 'admin' && Object.keys(entered).length === 0;
  return (
    <section className="pf-Card" data-testid={`pf-provider-${provider.id}`}>
      <header className="pf-Card-head">
        <h3>{provider.name}</h3>
        {saved?.lastTestedAt && (
          <span className="pf-Note">
            {trans.__('tested %1', ago(saved.lastTestedAt, language))}
          </span>
        )}
        <Status saved={saved} />
      </header>
      {saved?.source === 'admin' && (
        <p className="pf-Hint" data-testid="pf-admin-key">
          {trans.__(
            'The administrator has set up this provider for everybody. You can use a key of your own instead.'
          )}
        </p>
      )}
      {provider.needsBaseUrl && (
        <div className="pf-Field">
          <label htmlFor={ids.url}>{trans.__('Address (base URL)')}</label>
          <input
            id={ids.url}
            className="jp-mod-styled"
            type="url"
            value={baseUrl}
            placeholder={EXAMPLE_URL}
            spellCheck={false}
            data-testid="pf-base-url"
            onChange={event => setBaseUrl(event.target.value)}
          />
          <p className="pf-Hint">
            {trans.__(
              'Any server that speaks the Chat Completions protocol: OpenAI, Ollama, vLLM, LM Studio.'
            )}
          </p>
        </div>
      )}
      <div className="pf-Field">
        <label htmlFor={ids.key}>
          {provider.needsKey
            ? trans.__('API key')
            : trans.__('API key (if the server asks for one)')}
        </label>
        <input
          id={ids.key}
          className="jp-mod-styled"
          type="password"
          value={apiKey}
          autoComplete="new-password"
          spellCheck={false}
          placeholder={
            saved?.last4 ? trans.__('kept: ends with %1', saved.last4) : (hint?.beginning ?? '')
          }
          data-testid="pf-api-key"
          onChange={event => setApiKey(event.target.value)}
        />
        {hint && (
          <a className="pf-Where" href={hint.page} target="_blank" rel="noopener noreferrer">
            {trans.__('Where to get a key')}
          </a>
        )}
      </div>
      <div className="pf-Card-actions">
        <Button
          kind="accept"
          testId="pf-save-provider"
          disabled={busy || !complete}
          onClick={() => save.mutate()}
        >
          {save.isPending ? trans.__('Saving…') : trans.__('Save')}
        </Button>
        <Button
          testId="pf-test-provider"
          disabled={busy || !(complete || asSetUp)}
          onClick={() => test.mutate()}
        >
          {test.isPending ? trans.__('Testing…') : trans.__('Test connection')}
        </Button>
        <span className="pf-Bar-space" />
        {saved && saved.source === 'user' && (
          <Button
            kind="warn"
            testId="pf-remove-provider"
            disabled={busy}
            onClick={() => remove.mutate()}
          >
            {trans.__('Remove')}
          </Button>
        )}
      </div>
      <Outcome
        error={save.error ?? test.error ?? remove.error}
        result={test.data ?? save.data ?? null}
      />
      {saved && <Models provider={provider} />}
    </section>
  );
}

function Status({ saved }: { saved: ApiKey | null }): React.JSX.Element {
  const { trans } = useServices();
  const text = !saved
    ? trans.__('not set up')
    : saved.source === 'admin'
      ? trans.__('set up for everybody')
      : saved.status === 'active'
        ? trans.__('works')
        : saved.status === 'error'
          ? trans.__('does not work')
          : trans.__('not tested');
  return (
    <span
      className="pf-Chip"
      data-status={saved?.status ?? 'none'}
      data-testid="pf-provider-status"
    >
      {text}
    </span>
  );
}

interface OutcomeProps {
  /** The request itself failed. */
  error: Error | null;
  /** What the provider said. */
  result: { models?: number | null; error?: ErrorBody | null } | null;
}

function Outcome({ error, result }: OutcomeProps): React.JSX.Element | null {
  const { trans } = useServices();
  const reason = error ?? result?.error;
  if (reason) {
    return (
      <p className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-provider-outcome">
        {reason.message}
      </p>
    );
  }
  return (
    result && (
      <p className="pf-Outcome" data-kind="success" role="status" data-testid="pf-provider-outcome">
        {trans._n('It works: %1 model.', 'It works: %1 models.', result.models ?? 0)}
      </p>
    )
  );
}

const SHOWN = 8;

function Models({ provider }: { provider: Provider }): React.JSX.Element | null {
  const { trans, session } = useServices();
  const models = useQuery(queries.models(session, provider.id));
  const list = models.data ?? [];
  if (list.length === 0) {
    return null;
  }
  const more = list.length - SHOWN;
  return (
    <p className="pf-Hint" data-testid="pf-provider-models">
      {trans.__('Models:')}{' '}
      {list
        .slice(0, SHOWN)
        .map(model => model.name ?? model.id)
        .join(', ')}
      {more > 0 && ` ${trans._n('and %1 more', 'and %1 more', more)}`}
    </p>
  );
}
