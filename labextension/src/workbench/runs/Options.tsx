/** How the model is asked: as its configuration says, or as it is set here. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Choice } from '../../state/sending';
import { CONFIGS } from '../ai/models';
import { ParameterFields } from '../ai/ParameterFields';
import { Button } from '../common/buttons';
import { useEditable, useProject, useServices, useView } from '../common/services';
import { usePrompt } from '../prompts/usePrompt';

export function Options({ choice }: { choice: Choice }): React.JSX.Element {
  const { trans, view, session } = useServices();
  const client = useQueryClient();
  const parameters = useView(state => state.parameters);
  const update = useMutation({
    mutationFn: (next: Choice['parameters']) =>
      session.api.updateConfig(choice.config?.id ?? '', { parameters: next }),
    onSettled: () => client.invalidateQueries({ queryKey: CONFIGS })
  });
  const { config } = choice;
  const [draft, setDraft] = useState(config?.parameters ?? {});
  return (
    <div className="pf-Options">
      <p className="pf-Options-head">
        {config
          ? trans.__('Configuration “%1”', config.name)
          : trans.__('For every model without a configuration of its own')}
      </p>
      <ParameterFields
        info={choice.info}
        value={config ? draft : parameters}
        onChange={next => (config ? setDraft(next) : view.state.patch({ parameters: next }))}
      />
      {config ? (
        <div className="pf-Card-actions">
          <Button
            kind="accept"
            testId="pf-update-config"
            disabled={update.isPending}
            onClick={() => update.mutate(draft)}
          >
            {update.isSuccess ? trans.__('Saved') : trans.__('Save the configuration')}
          </Button>
        </div>
      ) : (
        <SaveAs choice={choice} />
      )}
      {update.error && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {update.error.message}
        </p>
      )}
    </div>
  );
}

/** Keep how the model is asked now under a name, for this prompt and others. */
function SaveAs({ choice }: { choice: Choice }): React.JSX.Element {
  const { trans, session } = useServices();
  const client = useQueryClient();
  const project = useProject();
  const prompt = usePrompt();
  const editable = useEditable();
  const [name, setName] = useState('');
  const save = useMutation({
    mutationFn: () => {
      const { provider, model, parameters } = choice;
      const body = { name: name.trim(), provider, model, parameters, isDefault: false };
      return session.api.createConfig(body);
    },
    onSuccess: async made => {
      await client.invalidateQueries({ queryKey: CONFIGS });
      if (prompt && editable) {
        project.updatePrompt(prompt.key, { modelConfigId: made.id });
      }
    }
  });
  return (
    <form
      className="pf-SaveAs"
      onSubmit={event => {
        event.preventDefault();
        if (name.trim() !== '') {
          save.mutate();
        }
      }}
    >
      <input
        className="jp-mod-styled"
        value={name}
        maxLength={200}
        aria-label={trans.__('Name of the configuration')}
        placeholder={trans.__('Name')}
        data-testid="pf-config-name"
        onChange={event => setName(event.target.value)}
      />
      <button
        type="submit"
        className="pf-Button"
        disabled={name.trim() === '' || save.isPending}
        data-testid="pf-save-config"
      >
        {trans.__('Save as configuration')}
      </button>
      {save.error && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {save.error.message}
        </p>
      )}
    </form>
  );
}
