/** How an answer ended, if not as it should: stopped, cut, held back, broken off, failed. */
import type { End } from '../../state/ends';
import { endOf } from '../../state/ends';
import type { RunState } from '../../state/runs';
import { Button } from '../common/buttons';
import { useServices } from '../common/services';

export function Outcome({ state }: { state: RunState }): React.JSX.Element | null {
  const { trans, view } = useServices();
  const { error } = state;
  const kind = endOf(state);
  if (kind === null) {
    return null;
  }
  const told: Record<End, string> = {
    stopped: trans.__('It was stopped. What had arrived until then is kept.'),
    cut: trans.__('The answer is cut: it reached the greatest length the model may write.'),
    held: trans.__('The provider held the answer back.'),
    broken: trans.__('The connection to the provider broke. What had arrived until then is kept.'),
    failed: error?.message ?? trans.__('There is no answer.')
  };
  const more = kind === 'held' || kind === 'broken' ? (error?.message ?? reasonOf(state)) : null;
  const failed = kind === 'failed' || kind === 'broken';
  return (
    <div
      className="pf-Outcome"
      data-kind={failed ? 'error' : 'told'}
      data-end={kind}
      role={failed ? 'alert' : 'status'}
      data-testid={failed ? 'pf-answer-error' : 'pf-answer-end'}
    >
      <p>{told[kind]}</p>
      {more !== null && <p>{more}</p>}
      {error?.code === 'NO_API_KEY' && (
        <Button onClick={() => view.state.patch({ dialog: 'settings' })}>
          {trans.__('Connect a model')}
        </Button>
      )}
    </div>
  );
}

/** What the provider says why, in its own words. */
function reasonOf({ finishReason }: RunState): string | null {
  return finishReason === 'blocked' ? null : finishReason;
}
