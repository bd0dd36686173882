/** Where two answers differ. */
import { caretLeftIcon } from '@jupyterlab/ui-components';
import { useQueries } from '@tanstack/react-query';
import type { RunDetail } from '../../api/types';
import { IconButton } from '../common/buttons';
import { TextDiff } from '../common/TextDiff';
import { useServices } from '../common/services';

const POLL = 1000;

interface RunDiffProps {
  one: string;
  other: string;
  onBack: () => void;
}

export function RunDiff({ one, other, onBack }: RunDiffProps): React.JSX.Element {
  const { trans, session, language } = useServices();
  const [first, second] = useQueries({
    queries: [one, other].map(id => ({
      queryKey: ['runs', 'one', id],
      queryFn: () => session.api.run(id),
      staleTime: 0,
      // One of them may still be written.
      refetchInterval: (query: { state: { data?: RunDetail } }) =>
        query.state.data?.status === 'running' ? POLL : (false as const)
    }))
  }).sort((a, b) => (a.data?.startedAt ?? '').localeCompare(b.data?.startedAt ?? ''));
  const runs = [first?.data, second?.data];
  const error = first?.error ?? second?.error;
  return (
    <div className="pf-RunDiff" data-testid="pf-diff">
      <div className="pf-Bar">
        <IconButton icon={caretLeftIcon} label={trans.__('Back to the list')} onClick={onBack} />
        {runs.map((run, k) => (
          <span key={k} className="pf-RunDiff-name" data-side={k}>
            {run && `${run.model} · ${new Date(run.startedAt).toLocaleString(language)}`}
          </span>
        ))}
      </div>
      {runs[0] && runs[1] ? (
        <TextDiff
          before={runs[0].response ?? ''}
          after={runs[1].response ?? ''}
          label={trans.__('Difference of two answers')}
        />
      ) : (
        <p className="pf-Master-none">{error?.message ?? trans.__('Loading…')}</p>
      )}
    </div>
  );
}
