/** One configuration: its name, its model, its parameters. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ModelConfig } from '../../api/types';
import type { ProviderModels } from '../../state/sending';
import { infoOf, taken } from '../../state/sending';
import { Button } from '../common/buttons';
import { useServices } from '../common/services';
import { ModelPicker } from './ModelPicker';
import { CONFIGS } from './models';
import { ParameterFields } from './ParameterFields';

interface ConfigFormProps {
  /** null: a new one. */
  config: ModelConfig | null;
  groups: readonly ProviderModels[];
  onDone: () => void;
}

export function ConfigForm({ config, groups, onDone }: ConfigFormProps): React.JSX.Element {
  const { trans, session } = useServices();
  const client = useQueryClient();
  const id = useId();
  const first = groups.flatMap(group => group.models)[0];
  const [draft, setDraft] = useState<Omit<ModelConfig, 'id'>>(
    config ?? {
      name: '',
      provider: first?.provider ?? '',
      model: first?.id ?? '',
      parameters: {},
      isDefault: false
    }
  );
  const info = infoOf(groups, draft.provider, draft.model);
  const save = useMutation({
    mutationFn: () => {
      const { name, provider, model, parameters, isDefault } = draft;
      const body = {
        name: name.trim(),
        provider,
        model,
        parameters: taken(parameters, info),
        isDefault
      };
      return config ? session.api.updateConfig(config.id, body) : session.api.createConfig(body);
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: CONFIGS });
      onDone();
    }
  });
  return (
    <form
      className="pf-ConfigForm"
      onSubmit={event => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="pf-Field">
        <label htmlFor={id}>{trans.__('Name of the configuration')}</label>
        <input
          id={id}
          className="jp-mod-styled"
          value={draft.name}
          maxLength={200}
          autoFocus
          data-testid="pf-config-form-name"
          onChange={event => setDraft({ ...draft, name: event.target.value })}
        />
      </div>
      <ModelPicker
        choice={{
          provider: draft.provider,
          model: draft.model,
          config: null,
          parameters: draft.parameters,
          info
        }}
        groups={groups}
        configs={[]}
        disabled={false}
        onModel={name => {
          const slash = name.indexOf('/');
          setDraft({ ...draft, provider: name.slice(0, slash), model: name.slice(slash + 1) });
        }}
      />
      <ParameterFields
        info={info}
        value={draft.parameters}
        onChange={parameters => setDraft({ ...draft, parameters })}
      />
      <label className="pf-Switch">
        <input
          type="checkbox"
          checked={draft.isDefault}
          disabled={config?.isDefault}
          data-testid="pf-config-default"
          onChange={event => setDraft({ ...draft, isDefault: event.target.checked })}
        />
        {trans.__('Use by default')}
      </label>
      {save.error && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {save.error.message}
        </p>
      )}
      <div className="pf-Card-actions">
        <span className="pf-Bar-space" />
        <Button onClick={onDone}>{trans.__('Cancel')}</Button>
        <button
          type="submit"
          className="pf-Button pf-mod-accept"
          data-testid="pf-config-form-save"
          disabled={draft.name.trim() === '' || draft.model === '' || save.isPending}
        >
          {trans.__('Save')}
        </button>
      </div>
    </form>
  );
}
