/** Models to choose from: configurations, those used last, then each provider's; searched by words. */
import { useId, useMemo, useRef, useState } from 'react';
import type { ModelConfig, ModelInfo } from '../../api/types';
import type { Choice, ProviderModels } from '../../state/sending';
import { matching, nameOf, retiring } from '../../state/sending';
import { short } from '../common/numbers';
import { useServices, useView } from '../common/services';
import { priceText } from './prices';

interface ModelListProps {
  chosen: Choice | null;
  groups: readonly ProviderModels[];
  configs: readonly ModelConfig[];
  onModel: (name: string) => void;
  onConfig: (config: ModelConfig) => void;
}

interface Row {
  key: string;
  head: string | null;
  config?: ModelConfig;
  model?: ModelInfo;
}

export function ModelList(props: ModelListProps): React.JSX.Element {
  const { chosen, groups, configs, onModel, onConfig } = props;
  const { trans, view } = useServices();
  const recent = useView(state => state.recent);
  const [wanted, setWanted] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const rows = useMemo(
    () => rowsOf(groups, configs, recent, wanted, trans),
    [groups, configs, recent, wanted, trans]
  );
  const choose = (row: Row | undefined): void => {
    if (row?.config) {
      onConfig(row.config);
    } else if (row?.model) {
      onModel(nameOf(row.model));
    }
  };
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    list.current?.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const broken = groups.filter(group => group.error);
  return (
    <>
      <input
        className="pf-Popover-search jp-mod-styled"
        type="search"
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={rows[active] ? `${id}-${active}` : undefined}
        aria-label={trans.__('Search models')}
        placeholder={trans.__('Search models')}
        value={wanted}
        data-autofocus
        data-testid="pf-model-search"
        onChange={event => {
          setWanted(event.target.value);
          setActive(0);
        }}
        onKeyDown={event => {
          const steps: Record<string, number> = {
            ArrowDown: 1,
            ArrowUp: -1,
            PageDown: 8,
            PageUp: -8
          };
          const step = steps[event.key];
          if (step !== undefined) {
            event.preventDefault();
            move(active + step);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            choose(rows[active]);
          }
        }}
      />
      <ul
        ref={list}
        id={id}
        role="listbox"
        className="pf-ModelList"
        aria-label={trans.__('Models')}
      >
        {rows.map((row, k) => (
          <ModelRow
            key={row.key}
            row={row}
            id={`${id}-${k}`}
            place={k}
            active={k === active}
            chosen={isChosen(row, chosen)}
            onClick={() => choose(row)}
          />
        ))}
        {rows.length === 0 && <li className="pf-Hint">{trans.__('No model has this name.')}</li>}
      </ul>
      {broken.map(group => (
        <p key={group.provider.id} className="pf-Outcome" data-kind="error">
          {group.provider.name}: {group.error}
        </p>
      ))}
      <button
        type="button"
        className="pf-Popover-more"
        data-testid="pf-manage-models"
        onClick={() => view.state.patch({ dialog: 'settings' })}
      >
        {trans.__('Providers and models…')}
      </button>
    </>
  );
}

interface ModelRowProps {
  row: Row;
  id: string;
  place: number;
  active: boolean;
  chosen: boolean;
  onClick: () => void;
}

function ModelRow({ row, id, place, active, chosen, onClick }: ModelRowProps): React.JSX.Element {
  const { trans, language } = useServices();
  const { model, config, head } = row;
  const goes = model ? retiring(model) : null;
  return (
    <>
      {head !== null && (
        <li className="pf-ModelList-head" role="presentation">
          {head}
        </li>
      )}
      <li
        id={id}
        role="option"
        aria-selected={chosen}
        className={`pf-ModelRow ${active ? 'pf-mod-active' : ''}`}
        data-row={place}
        data-testid={config ? 'pf-config-option' : 'pf-model-option'}
        data-model={model ? nameOf(model) : undefined}
        title={config ? `${config.provider} · ${config.model}` : model?.id}
        onClick={onClick}
      >
        <span className="pf-ModelRow-name">{config?.name ?? model?.name ?? model?.id}</span>
        {goes && (
          <span className="pf-Tag" data-kind="warn">
            {goes === 'gone'
              ? trans.__('retired')
              : trans._n('%1 day left', '%1 days left', model?.retiresInDays ?? 0)}
          </span>
        )}
        <span className="pf-ModelRow-note">
          {config
            ? config.model
            : [
                model?.contextWindow ? short(model.contextWindow, language) : null,
                model?.prices ? priceText(model.prices, language) : null
              ]
                .filter(part => part !== null)
                .join(' · ')}
        </span>
      </li>
    </>
  );
}

function isChosen(row: Row, chosen: Choice | null): boolean {
  return row.config
    ? row.config.id === chosen?.config?.id
    : !chosen?.config &&
        row.model?.id === chosen?.model &&
        row.model?.provider === chosen?.provider;
}

function rowsOf(
  groups: readonly ProviderModels[],
  configs: readonly ModelConfig[],
  recent: readonly string[],
  wanted: string,
  trans: ReturnType<typeof useServices>['trans']
): Row[] {
  const found = matching(groups, wanted);
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const named = configs.filter(config =>
    words.every(word => `${config.name} ${config.model}`.toLocaleLowerCase().includes(word))
  );
  const all = found.flatMap(group => group.models);
  const last =
    wanted === '' && all.length > recent.length
      ? recent.flatMap(name => all.find(model => nameOf(model) === name) ?? [])
      : [];
  const head = (text: string) => (k: number) => (k === 0 ? text : null);
  const forConfigs = head(trans.__('Configurations'));
  const forLast = head(trans.__('Used last'));
  return [
    ...named.map((config, k) => ({ key: `c ${config.id}`, head: forConfigs(k), config })),
    ...last.map((model, k) => ({ key: `l ${nameOf(model)}`, head: forLast(k), model })),
    ...found.flatMap(group =>
      group.models.map((model, k) => ({
        key: nameOf(model),
        head: head(group.provider.name)(k),
        model
      }))
    )
  ];
}
