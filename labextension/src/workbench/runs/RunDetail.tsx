/** One run: exactly what was sent and what came, and what can be done with it. */
import { Clipboard } from '@jupyterlab/apputils';
import {
  caretLeftIcon,
  copyIcon,
  deleteIcon,
  refreshIcon,
  saveIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunDetail as Detail, SendRequest } from '../../api/types';
import { IconButton } from '../common/buttons';
import { Markdown } from '../common/Markdown';
import { exact } from '../common/numbers';
import { ReadOnlyText } from '../common/ReadOnlyText';
import { useEditable, useServices } from '../common/services';
import { answerTitle } from './actions';
import { endOf, factsOf, statusText } from './facts';

interface RunDetailProps {
  id: string;
  onClose: () => void;
  onOpen: (id: string) => void;
}

const RUNS = ['runs'];
const POLL = 1000;

export function RunDetail({ id, onClose, onOpen }: RunDetailProps): React.JSX.Element {
  const { session, trans } = useServices();
  const { data, error } = useQuery({
    queryKey: ['runs', 'one', id],
    queryFn: () => session.api.run(id),
    staleTime: 0,
    refetchInterval: query => (query.state.data?.status === 'running' ? POLL : false)
  });
  return (
    <article className="pf-Master-detail" data-testid="pf-run" data-status={data?.status}>
      {data ? (
        <Shown run={data} onClose={onClose} onOpen={onOpen} />
      ) : (
        <p className="pf-Master-none">{error?.message ?? trans.__('Loading…')}</p>
      )}
    </article>
  );
}

function Shown({
  run,
  onClose,
  onOpen
}: { run: Detail } & Omit<RunDetailProps, 'id'>): React.JSX.Element {
  const { trans, session, view, language } = useServices();
  const client = useQueryClient();
  const editable = useEditable();
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: RUNS });
  const remove = useMutation({
    mutationFn: () => session.api.deleteRun(run.id),
    onSuccess: () => {
      onClose();
      void again();
    }
  });
  const stop = useMutation({ mutationFn: () => session.api.cancelRun(run.id), onSettled: again });
  const repeat = useMutation({
    mutationFn: () => started(session.api, run),
    onSuccess: id => {
      void again();
      onOpen(id);
    }
  });
  const end = endOf(run, trans);
  const text = run.response ?? '';
  const failure = remove.error ?? stop.error ?? repeat.error;
  return (
    <>
      <div className="pf-Bar">
        <span className="pf-Master-back">
          <IconButton icon={caretLeftIcon} label={trans.__('Back to the list')} onClick={onClose} />
        </span>
        <span className="pf-Bar-title" title={`${run.provider} · ${run.model}`}>
          {run.model}
        </span>
        <span className="pf-Bar-note pf-mod-left">
          {new Date(run.startedAt).toLocaleString(language)}
        </span>
        {run.status === 'running' ? (
          <IconButton
            icon={stopIcon}
            label={trans.__('Stop')}
            testId="pf-run-stop"
            onClick={() => stop.mutate()}
          />
        ) : (
          <IconButton
            icon={refreshIcon}
            label={trans.__('Send the same text again')}
            testId="pf-run-again"
            disabled={!run.messages || repeat.isPending}
            onClick={() => repeat.mutate()}
          />
        )}
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the answer')}
          disabled={text === ''}
          onClick={() => Clipboard.copyToSystem(text)}
        />
        <IconButton
          icon={saveIcon}
          label={trans.__('Edit, or save as context…')}
          testId="pf-run-save"
          disabled={text === '' || !editable}
          onClick={() =>
            view.state.patch({
              dialog: 'saveAnswer',
              saving: {
                title: answerTitle(
                  trans,
                  run.promptTitle ?? '',
                  run.model,
                  new Date(run.startedAt)
                ),
                text
              }
            })
          }
        />
        <IconButton
          icon={deleteIcon}
          label={trans.__('Delete the run')}
          testId="pf-run-delete"
          disabled={remove.isPending}
          onClick={() => remove.mutate()}
        />
      </div>
      <div className="pf-Master-body" tabIndex={0} aria-label={trans.__('Run')}>
        <p className="pf-Hint">
          {[
            statusText(run.status, trans),
            ...factsOf(run, trans, language),
            ...settings(run, trans, language)
          ].join(' · ')}
        </p>
        {failure && (
          <p className="pf-Outcome" data-kind="error" role="alert">
            {failure.message}
          </p>
        )}
        {run.messages === null ? (
          <p className="pf-Hint">{trans.__('The operator keeps no texts of runs.')}</p>
        ) : (
          run.messages?.map((message, k) => (
            <div key={k} className="pf-Sent">
              <CopyText text={message.content} />
              <details className="pf-Reasoning" data-testid={`pf-sent-${message.role}`}>
                <summary>
                  {message.role === 'system'
                    ? trans.__('System message')
                    : trans.__('What was sent')}
                </summary>
                <div className="pf-SentText">
                  <ReadOnlyText
                    text={message.content}
                    label={trans.__('What was sent')}
                    testId="pf-sent-text"
                  />
                </div>
              </details>
            </div>
          ))
        )}
        {run.reasoning && (
          <details className="pf-Reasoning">
            <summary>{trans.__('How the model came to it')}</summary>
            <Markdown text={run.reasoning} testId="pf-run-reasoning" />
          </details>
        )}
        {text !== '' && <Markdown text={text} testId="pf-run-answer" />}
        {end !== null && (
          <p className="pf-Outcome" data-kind="warning">
            {end}
          </p>
        )}
        {run.error && (
          <p className="pf-Outcome" data-kind="error">
            {run.error.message}
          </p>
        )}
      </div>
    </>
  );
}

function CopyText({ text }: { text: string }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <span className="pf-Summary-action">
      <IconButton
        icon={copyIcon}
        label={trans.__('Copy what was sent')}
        onClick={() => Clipboard.copyToSystem(text)}
      />
    </span>
  );
}

/** What the model was told beside the text: "Temperature: 0.2". */
function settings(run: Detail, trans: TranslationBundle, language: string): string[] {
  const names: Record<string, string> = {
    temperature: trans.__('Temperature'),
    topP: trans.__('Top-p'),
    maxTokens: trans.__('Longest answer, tokens'),
    maxCost: trans.__('Most it may cost, $'),
    timeout: trans.__('Longest wait, seconds')
  };
  return Object.entries(run.parameters ?? {}).flatMap(([key, value]) => {
    const name = names[key];
    return name !== undefined && typeof value === 'number'
      ? [trans.__('%1: %2', name, exact(value, language))]
      : [];
  });
}

/** Start the same again; the answer is followed in the history. */
async function started(
  api: ReturnType<typeof useServices>['session']['api'],
  run: Detail
): Promise<string> {
  const { provider, model } = run;
  const told = Object.entries(run.parameters ?? {});
  // Variables are in the text already.
  const parameters = Object.fromEntries(told.filter(([name]) => name !== 'variables'));
  const request: SendRequest = { ...parameters, provider, model, repeat: run.id, stream: true };
  const abort = new AbortController();
  for await (const event of api.send(request, abort.signal)) {
    const { runId } = JSON.parse(event.data) as { runId?: string };
    if (runId) {
      abort.abort(); // it goes on in the server
      return runId;
    }
  }
  throw new Error('The server did not start the run.');
}
