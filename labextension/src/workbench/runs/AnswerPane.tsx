/** The answer of a prompt while it is written and afterwards. */
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon, refreshIcon, saveIcon } from '@jupyterlab/ui-components';
import { isRunning, type RunState } from '../../state/runs';
import type { PromptNode } from '../../state/tree';
import { titleOf } from '../context/actions';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { Markdown } from '../common/Markdown';
import { openMenuAt } from '../common/menu';
import { characters } from '../common/numbers';
import { useEditable, useProject, useServices, useStore, useTree } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { NoPrompt } from '../prompts/PromptPane';
import { usePrompt } from '../prompts/usePrompt';
import { saveAnswer, sendToUsual } from './actions';
import { SendBar } from './SendBar';
import { useRun } from './useRun';

export function AnswerPane({ sendBar = true }: { sendBar?: boolean }): React.JSX.Element {
  const prompt = usePrompt();
  if (!prompt) {
    return <NoPrompt />;
  }
  return (
    <div className="pf-Pane">
      <Answer key={prompt.key} prompt={prompt} />
      {sendBar && <SendBar prompt={prompt} />}
    </div>
  );
}

function Answer({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans, view, language } = services;
  const project = useProject();
  const editable = useEditable();
  const tree = useTree();
  const run = useRun(prompt);
  const state = useStore(run.state);
  if (state.phase === 'none') {
    return (
      <EmptyState
        title={trans.__('No answer yet')}
        text={trans.__(
          '“%1” has not been sent. The answer appears here while it is written.',
          promptTitle(prompt, trans)
        )}
        testId="pf-no-answer"
      />
    );
  }
  const save = (event: React.MouseEvent<HTMLButtonElement>): void =>
    openMenuAt(
      [
        ...tree.blocks.map(block => ({
          label: trans.__('To “%1”', titleOf(block, trans)),
          run: () => saveAnswer(services, project, prompt, block.key)
        })),
        ...(tree.blocks.length > 0 ? [null] : []),
        {
          label: trans.__('To a new block'),
          run: () => saveAnswer(services, project, prompt, null)
        }
      ],
      event.currentTarget
    );
  const usable = state.text !== '' && !isRunning(state.phase);
  return (
    <article className="pf-Answer" data-testid="pf-answer" data-phase={state.phase}>
      <div className="pf-Bar">
        <span
          className="pf-Answer-facts"
          title={facts(state, services)}
          data-testid="pf-answer-facts"
        >
          {facts(state, services)}
        </span>
        <span className="pf-Bar-space" />
        <IconButton
          icon={refreshIcon}
          label={trans.__('Ask again')}
          testId="pf-regenerate"
          disabled={isRunning(state.phase)}
          onClick={() => void sendToUsual(services, project, prompt.key)}
        />
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the answer')}
          testId="pf-copy-answer"
          disabled={state.text === ''}
          onClick={() => Clipboard.copyToSystem(state.text)}
        />
        {editable && (
          <IconButton
            icon={saveIcon}
            label={trans.__('Save the answer as context')}
            testId="pf-save-answer"
            disabled={!usable}
            menu
            onClick={save}
          />
        )}
      </div>
      <div className="pf-Answer-body" tabIndex={0} aria-label={trans.__('Answer')}>
        {state.text !== '' && <Markdown text={state.text} testId="pf-answer-text" />}
        {isRunning(state.phase) && (
          <span className="pf-Writing" aria-hidden="true">
            {state.text === '' ? trans.__('Waiting for the model…') : ''}
          </span>
        )}
        {state.error && (
          <div className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-answer-error">
            <p>{state.error.message}</p>
            {state.error.code === 'NO_API_KEY' && (
              <Button onClick={() => view.state.patch({ dialog: 'settings' })}>
                {trans.__('Connect a model')}
              </Button>
            )}
          </div>
        )}
      </div>
      {/* A screen reader hears sentences about the progress, never single tokens. */}
      <div className="pf-Hidden" role="status">
        {announcement(state)}
      </div>
    </article>
  );

  function announcement({ phase, text }: RunState): string {
    switch (phase) {
      case 'sending':
        return trans.__('The prompt is being sent.');
      case 'streaming':
        return trans.__('The answer is being written.');
      case 'done':
        return trans.__('The answer is complete: %1.', characters(text.length, trans, language));
      case 'cancelled':
        return trans.__('The answer was stopped.');
      default:
        return '';
    }
  }
}

function facts(state: RunState, { trans, language }: ReturnType<typeof useServices>): string {
  const { usage, durationMs, phase, model } = state;
  const tokens = usage?.outputTokens ?? null;
  const parts = [
    model,
    phase === 'cancelled' ? trans.__('stopped') : null,
    tokens === null ? null : trans._n('%1 token', '%1 tokens', tokens),
    durationMs === null
      ? null
      : trans.__('%1 s', (durationMs / 1000).toLocaleString(language, { maximumFractionDigits: 1 }))
  ];
  return parts.filter(part => part !== null && part !== '').join(' · ');
}
