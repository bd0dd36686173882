/** Which model, and the button that sends or stops. */
import { caretDownEmptyIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import { isRunning } from '../../state/runs';
import type { PromptNode } from '../../state/tree';
import { modelFor } from '../ai/models';
import { useModels } from '../ai/useModels';
import { Button } from '../common/buttons';
import { useProject, useServices, useStore, useView } from '../common/services';
import { send } from './actions';
import { TokenGauge } from './TokenGauge';
import { useRun } from './useRun';

export function SendBar({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const run = useRun(prompt);
  const running = useStore(run.state, state => isRunning(state.phase));
  const { groups, known } = useModels();
  const last = useView(state => state.model);
  const model = modelFor(groups, last);
  if (known && model === null) {
    return (
      <div className="pf-SendBar">
        <span className="pf-SendBar-hint">
          {groups.length === 0
            ? trans.__('No AI provider is set up.')
            : trans.__('The AI provider offers no model.')}
        </span>
        <Button
          kind="accept"
          testId="pf-connect"
          onClick={() => view.state.patch({ dialog: 'settings' })}
        >
          {trans.__('Connect a model')}
        </Button>
      </div>
    );
  }
  return (
    <div className="pf-Sending">
      {model && <TokenGauge prompt={prompt} model={model} />}
      <div className="pf-SendBar">
        <span className="pf-Select">
          <select
            className="pf-ModelSelect jp-mod-styled"
            aria-label={trans.__('Model')}
            data-testid="pf-model"
            value={model ? `${model.provider}/${model.id}` : ''}
            disabled={model === null || running}
            onChange={event => view.state.patch({ model: event.target.value })}
          >
            {groups.map(({ provider, models }) => (
              <optgroup key={provider.id} label={provider.name}>
                {models.map(one => (
                  <option key={one.id} value={`${provider.id}/${one.id}`}>
                    {one.name ?? one.id}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
          <caretDownEmptyIcon.react tag="span" elementSize="normal" />
        </span>
        {running ? (
          <Button kind="warn" icon={stopIcon} testId="pf-stop" onClick={() => void run.stop()}>
            {trans.__('Stop')}
          </Button>
        ) : (
          <Button
            kind="accept"
            icon={runIcon}
            testId="pf-send"
            disabled={model === null}
            onClick={() => {
              if (model) {
                void send(services, project, prompt.key, model.provider, model.id);
              }
            }}
          >
            {trans.__('Send')}
          </Button>
        )}
      </div>
    </div>
  );
}
