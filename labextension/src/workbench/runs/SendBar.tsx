/** Which model, how it is asked, what that takes, and the button that sends or stops. */
import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import { isRunning } from '../../state/runs';
import type { PromptNode } from '../../state/tree';
import { ModelPicker } from '../ai/ModelPicker';
import { useChoice } from '../ai/useModels';
import { Button, IconButton } from '../common/buttons';
import { focusWithin } from '../common/focus';
import { compareIcon } from '../common/icons';
import { useEditable, useProject, useServices, useStore } from '../common/services';
import { useKeptFocus } from '../common/useKeptFocus';
import { send } from './actions';
import { OptionsButton } from './OptionsButton';
import { stop } from './stop';
import { TokenGauge } from './TokenGauge';
import { useRun } from './useRun';

type Models = ReturnType<typeof useChoice>;

export function SendBar({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const models = useChoice(prompt);
  const stands = models.known && models.choice === null ? 'connect' : 'send';
  const kept = useKeptFocus([stands], () => bar.current && focusWithin(bar.current));
  return (
    <div ref={bar} className="pf-Sending" data-key={stands} onFocus={kept}>
      {stands === 'connect' ? <Connect {...models} /> : <Send prompt={prompt} {...models} />}
    </div>
  );
}

/** There is no model that could be asked. */
function Connect({ groups }: Models): React.JSX.Element {
  const { trans, view } = useServices();
  return (
    <div className="pf-SendBar">
      <span className="pf-SendBar-hint">
        {groups.length === 0
          ? trans.__('No AI provider is set up.')
          : (groups[0]?.error ?? trans.__('The AI provider offers no model.'))}
      </span>
      <Button
        kind="accept"
        testId="pf-connect"
        onClick={() => view.state.patch({ dialog: 'settings', settingsTab: 'providers' })}
      >
        {trans.__('Connect a model')}
      </Button>
    </div>
  );
}

function Send({
  prompt,
  choice,
  groups,
  configs
}: Models & { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const editable = useEditable();
  const run = useRun(prompt);
  const running = useStore(run.state, state => isRunning(state.phase));
  const remember = (modelConfigId: string | null): void => {
    if (editable && prompt.modelConfigId !== modelConfigId) {
      project.updatePrompt(prompt.key, { modelConfigId });
    }
  };
  return (
    <>
      {choice && <TokenGauge prompt={prompt} choice={choice} />}
      <div className="pf-SendBar">
        <ModelPicker
          choice={choice}
          groups={groups}
          configs={configs}
          disabled={running}
          onModel={model => {
            remember(null);
            view.state.patch({ model });
          }}
          onConfig={config => remember(config.id)}
        />
        <OptionsButton choice={choice} disabled={running} />
        <IconButton
          icon={compareIcon}
          label={trans.__('Ask several models…')}
          testId="pf-open-compare"
          disabled={choice === null || running}
          onClick={() => view.state.patch({ dialog: 'compare', promptKey: prompt.key })}
        />
        {running ? (
          <Button kind="warn" icon={stopIcon} testId="pf-stop" onClick={() => void stop(run)}>
            {trans.__('Stop')}
          </Button>
        ) : (
          <Button
            kind="accept"
            icon={runIcon}
            testId="pf-send"
            title={trans.__('Send (Ctrl+Enter in the prompt)')}
            disabled={choice === null}
            onClick={() => {
              if (choice) {
                void send(services, project, prompt.key, choice);
              }
            }}
          >
            {trans.__('Send')}
          </Button>
        )}
      </div>
    </>
  );
}
