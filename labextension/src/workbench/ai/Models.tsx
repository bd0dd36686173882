/** Every model there is, with its window, its prices and what it takes. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { refreshIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { ModelInfo } from '../../api/types';
import { matching, nameOf, retiring } from '../../state/sending';
import { Button } from '../common/buttons';
import { exact, short } from '../common/numbers';
import { useServices } from '../common/services';
import { MODELS } from './models';
import { money } from './prices';
import { useModels } from './useModels';

export function Models(): React.JSX.Element {
  const { trans, session } = useServices();
  const client = useQueryClient();
  const { groups, known } = useModels();
  const [wanted, setWanted] = useState('');
  const refresh = useMutation({
    mutationFn: () =>
      Promise.all(
        groups.map(async ({ provider }) => {
          const models = await session.api.models(provider.id, true).catch(() => null);
          if (models) {
            client.setQueryData([...MODELS, provider.id], models);
          }
        })
      )
  });
  const found = matching(groups, wanted);
  const count = found.reduce((sum, group) => sum + group.models.length, 0);
  if (known && groups.length === 0) {
    return <p className="pf-Lead">{trans.__('Set up a provider first: there is no model yet.')}</p>;
  }
  return (
    <>
      <div className="pf-Toolbar">
        <input
          className="jp-mod-styled"
          type="search"
          value={wanted}
          aria-label={trans.__('Search models')}
          placeholder={trans.__('Search models')}
          data-testid="pf-models-search"
          onChange={event => setWanted(event.target.value)}
        />
        <span className="pf-Note" role="status" data-testid="pf-models-count">
          {trans._n('%1 model', '%1 models', count)}
        </span>
        <span className="pf-Bar-space" />
        <Button
          icon={refreshIcon}
          testId="pf-refresh-models"
          disabled={refresh.isPending}
          onClick={() => refresh.mutate()}
        >
          {trans.__('Ask the providers again')}
        </Button>
      </div>
      <p className="pf-Hint">{trans.__('Prices in US dollars for a million tokens.')}</p>
      {groups
        .filter(group => group.error)
        .map(group => (
          <p key={group.provider.id} className="pf-Outcome" data-kind="error" role="alert">
            {group.provider.name}: {group.error}
          </p>
        ))}
      {found.map(({ provider, models }) => (
        <table key={provider.id} className="pf-Table" data-testid={`pf-models-${provider.id}`}>
          <caption>{provider.name}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col">{trans.__('Window')}</th>
              <th scope="col">{trans.__('Longest answer')}</th>
              <th scope="col">{trans.__('Input')}</th>
              <th scope="col">{trans.__('Output')}</th>
            </tr>
          </thead>
          <tbody>
            {models.map(model => (
              <ModelRow key={nameOf(model)} model={model} />
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}

function ModelRow({ model }: { model: ModelInfo }): React.JSX.Element {
  const { trans, language } = useServices();
  const number = (count: number | null | undefined): React.JSX.Element => (
    <td title={count ? exact(count, language) : undefined}>
      {count ? short(count, language) : '—'}
    </td>
  );
  const price = (dollars: number | undefined): React.JSX.Element => (
    <td>{dollars === undefined ? '—' : money(dollars, language)}</td>
  );
  return (
    <tr>
      <th scope="row" title={model.id}>
        <span className="pf-Table-name">{model.name ?? model.id}</span>{' '}
        {retiring(model) && model.retiresAt && (
          <span className="pf-Tag" data-kind="warn">
            {trans.__('retires %1', new Date(model.retiresAt).toLocaleDateString(language))}
          </span>
        )}
      </th>
      {number(model.contextWindow)}
      {number(model.maxOutput)}
      {price(model.prices?.input)}
      {price(model.prices?.output)}
    </tr>
  );
}
