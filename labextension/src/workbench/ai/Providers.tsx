/** Settings of the AI providers: address, key (never shown again), a test. */
import { useState } from 'react';
import type { ApiKey, Provider } from '../../api/types';
import { useServices } from '../common/services';
import { Failure } from '../common/Failure';
import { BudgetNote } from './BudgetNote';
import { ProviderCard } from './ProviderCard';
import { useProviders } from './useModels';

export function Providers(): React.JSX.Element {
  const { trans } = useServices();
  return (
    <>
      <p className="pf-Lead">
        {trans.__(
          'Keys are encrypted on the server and never shown again. Prompts go to the provider you choose when you send, and to nobody else.'
        )}
      </p>
      <BudgetNote />
      <Cards />
    </>
  );
}

function Cards(): React.JSX.Element {
  const { trans } = useServices();
  const { providers, keys, known, error, retry } = useProviders();
  if (!known) {
    return error ? (
      <Failure message={error.message} retry={retry} />
    ) : (
      <div className="pf-Waiting" role="status">
        {trans.__('Loading…')}
      </div>
    );
  }
  return <Sorted providers={providers} keys={keys} />;
}

/** Those that are set up come first; a card stays where it was while the dialog is open. */
function Sorted({
  providers,
  keys
}: {
  providers: readonly Provider[];
  keys: readonly ApiKey[];
}): React.JSX.Element {
  const [ready] = useState(() => new Set(keys.map(key => key.provider)));
  const card = (provider: Provider): React.JSX.Element => (
    <ProviderCard
      key={provider.id}
      provider={provider}
      saved={keys.find(key => key.provider === provider.id) ?? null}
    />
  );
  const [configured, others] = [true, false].map(wanted =>
    providers.filter(({ id }) => ready.has(id) === wanted)
  ) as [Provider[], Provider[]];
  return (
    <>
      {configured.map(card)}
      {others.map(provider => (
        <details
          key={provider.id}
          className="pf-Folded"
          // Whoever has none yet begins with the server that needs no key.
          open={configured.length === 0 && provider.needsBaseUrl}
          data-testid={`pf-folded-${provider.id}`}
        >
          <summary>{provider.name}</summary>
          {card(provider)}
        </details>
      ))}
    </>
  );
}
