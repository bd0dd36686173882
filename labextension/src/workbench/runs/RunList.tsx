/** Runs, the newest first, in parts: words, status and model narrow them down. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../common/Failure';
import type { Run, RunStatus } from '../../api/types';
import type { PromptNode } from '../../state/tree';
import { useModelName, useModels } from '../ai/useModels';
import { Button } from '../common/buttons';
import { ago } from '../common/numbers';
import { DropDown } from '../common/DropDown';
import { useProject, useServices } from '../common/services';
import { useRested } from '../common/useRested';
import { factsOf, statusText } from './facts';

interface RunListProps {
  /** Only its runs; null: those of the project. */
  prompt: PromptNode | null;
  open: string | null;
  /** Two of them can be compared. */
  marked: readonly string[];
  onOpen: (id: string) => void;
  onMark: (id: string) => void;
  onCompare: () => void;
}

const STATUSES: RunStatus[] = ['done', 'running', 'cancelled', 'interrupted', 'blocked', 'failed'];

export function RunList(props: RunListProps): React.JSX.Element {
  const { prompt, open, marked, onOpen, onMark, onCompare } = props;
  const { trans, session } = useServices();
  const project = useProject();
  const { groups } = useModels();
  const [words, setWords] = useState('');
  const [status, setStatus] = useState<RunStatus | ''>('');
  const [model, setModel] = useState('');
  const promptBlockId = prompt ? project.queue.identities.promptIdOf(prompt.key) : null;
  const q = useRested(words);
  const wanted = { projectId: project.id, promptBlockId, q, status: status || null, model };
  const runs = useInfiniteQuery({
    queryKey: ['runs', 'list', wanted],
    queryFn: ({ pageParam }) => session.api.runs({ ...wanted, limit: 30, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor ?? null,
    placeholderData: keepPreviousData,
    staleTime: 0
  });
  const items = runs.data?.pages.flatMap(page => page.items) ?? [];
  const models = [
    ...new Set([
      ...items.map(run => run.model),
      ...groups.flatMap(group => group.models.map(one => one.id))
    ])
  ];
  return (
    <div className="pf-Master-list">
      <div className="pf-Filters">
        <input
          className="jp-mod-styled"
          type="search"
          value={words}
          aria-label={trans.__('Search prompts and answers')}
          placeholder={trans.__('Search prompts and answers')}
          data-testid="pf-runs-search"
          data-autofocus
          onChange={event => setWords(event.target.value)}
        />
        <DropDown
          aria-label={trans.__('Status')}
          value={status}
          data-testid="pf-runs-status"
          onChange={event => setStatus(event.target.value as RunStatus | '')}
        >
          <option value="">{trans.__('Any status')}</option>
          {STATUSES.map(one => (
            <option key={one} value={one}>
              {statusText(one, trans)}
            </option>
          ))}
        </DropDown>
        <DropDown
          aria-label={trans.__('Models')}
          value={model}
          data-testid="pf-runs-model"
          onChange={event => setModel(event.target.value)}
        >
          <option value="">{trans.__('Any model')}</option>
          {models.map(one => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </DropDown>
      </div>
      {runs.error && <Failure message={runs.error.message} retry={() => void runs.refetch()} />}
      <ul className="pf-Master-rows" aria-label={trans.__('Runs')} data-testid="pf-run-rows">
        {items.map(run => (
          <RunRow
            key={run.id}
            run={run}
            open={run.id === open}
            marked={marked.includes(run.id)}
            named={prompt === null}
            onOpen={() => onOpen(run.id)}
            onMark={() => onMark(run.id)}
          />
        ))}
        {runs.isSuccess && items.length === 0 && (
          <li className="pf-Master-none">
            {words || status || model
              ? trans.__('Nothing of that kind.')
              : trans.__('Nothing has been sent yet.')}
          </li>
        )}
        {runs.hasNextPage && (
          <li>
            <button
              type="button"
              className="pf-Popover-more"
              data-testid="pf-more-runs"
              disabled={runs.isFetchingNextPage}
              onClick={() => void runs.fetchNextPage()}
            >
              {trans.__('Show more')}
            </button>
          </li>
        )}
      </ul>
      {marked.length > 0 && (
        <div className="pf-Master-foot">
          <span className="pf-Note">
            {marked.length === 1
              ? trans.__('Mark one more to compare.')
              : trans.__('Two are marked.')}
          </span>
          <Button
            kind="accept"
            testId="pf-diff-runs"
            disabled={marked.length < 2}
            onClick={onCompare}
          >
            {trans.__('Show the difference')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface RunRowProps {
  run: Run;
  open: boolean;
  marked: boolean;
  named: boolean;
  onOpen: () => void;
  onMark: () => void;
}

function RunRow({ run, open, marked, named, onOpen, onMark }: RunRowProps): React.JSX.Element {
  const { trans, language } = useServices();
  const nameOf = useModelName();
  const model = nameOf(run.provider, run.model);
  return (
    <li className={`pf-RunRow ${open ? 'pf-mod-active' : ''}`} data-testid="pf-run-row">
      <input
        type="checkbox"
        checked={marked}
        aria-label={trans.__('Mark to compare')}
        data-testid="pf-mark-run"
        onChange={onMark}
      />
      <button
        type="button"
        className="pf-RunRow-open"
        aria-current={open || undefined}
        onClick={onOpen}
      >
        <span className="pf-RunRow-head">
          <span className="pf-RunRow-name">{(named && run.promptTitle) || model}</span>
          {run.status !== 'done' && (
            <span
              className="pf-Tag"
              data-kind={['failed', 'blocked'].includes(run.status) ? 'bad' : 'warn'}
            >
              {statusText(run.status, trans)}
            </span>
          )}
          <span className="pf-Note">{ago(run.startedAt, language)}</span>
        </span>
        <span className="pf-RunRow-text">{run.error?.message ?? run.preview ?? ''}</span>
        <span className="pf-Note">
          {[...(named ? [model] : []), ...factsOf(run, trans, language)].join(' · ')}
        </span>
      </button>
    </li>
  );
}
