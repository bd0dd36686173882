/** Settings of the AI providers: address, key (never shown again), a test. */
import { useView, useServices } from '../common/services';
import { Modal } from '../common/Modal';
import { ProviderCard } from './ProviderCard';
import { useProviders } from './useModels';

export function ProvidersDialog(): React.JSX.Element | null {
  const { trans, view } = useServices();
  const open = useView(state => state.dialog === 'settings');
  return open ? (
    <Modal
      title={trans.__('AI providers')}
      testId="pf-providers"
      onClose={() => view.state.patch({ dialog: null })}
    >
      <p className="pf-Lead">
        {trans.__(
          'Keys are encrypted on the server and never shown again. Prompts go to the provider you choose when you send, and to nobody else.'
        )}
      </p>
      <Cards />
    </Modal>
  ) : null;
}

function Cards(): React.JSX.Element {
  const { trans } = useServices();
  const { providers, keys, known } = useProviders();
  if (!known) {
    return (
      <div className="pf-Waiting" role="status">
        {trans.__('Loading…')}
      </div>
    );
  }
  return (
    <>
      {providers.map(provider => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          saved={keys.find(key => key.provider === provider.id) ?? null}
        />
      ))}
    </>
  );
}
