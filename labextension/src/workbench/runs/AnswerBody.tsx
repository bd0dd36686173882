/** An answer as it is read: thoughts folded away, Markdown, and an honest word about its end. */
import type { RunState } from '../../state/runs';
import { isRunning } from '../../state/runs';
import { Button } from '../common/buttons';
import { Markdown } from '../common/Markdown';
import { useServices } from '../common/services';
import { endOf } from './facts';

export function AnswerBody({ state }: { state: RunState }): React.JSX.Element {
  const { trans, view } = useServices();
  const running = isRunning(state.phase);
  const end = running ? null : endOf(state, trans);
  return (
    <>
      {state.reasoning !== '' && (
        <details className="pf-Reasoning" data-testid="pf-reasoning">
          <summary>
            {running && state.text === ''
              ? trans.__('The model is thinking…')
              : trans.__('How the model came to it')}
          </summary>
          <Markdown text={state.reasoning} testId="pf-reasoning-text" />
        </details>
      )}
      {state.text !== '' && <Markdown text={state.text} testId="pf-answer-text" />}
      {running && state.text === '' && (
        <span className="pf-Writing" aria-hidden="true">
          {trans.__('Waiting for the model…')}
        </span>
      )}
      {end !== null && (
        <p className="pf-Outcome" data-kind="warning" role="status" data-testid="pf-answer-end">
          {end}
        </p>
      )}
      {state.error && (
        <div className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-answer-error">
          <p>{state.error.message}</p>
          {state.error.code === 'NO_API_KEY' && (
            <Button
              onClick={() => view.state.patch({ dialog: 'settings', settingsTab: 'providers' })}
            >
              {trans.__('Connect a model')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
