/** The answer of a prompt while it is written and afterwards. */
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon, editIcon, historyIcon, refreshIcon, saveIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import { endOf } from '../../state/ends';
import type { RunState } from '../../state/runs';
import { isRunning } from '../../state/runs';
import { codePoints } from '../../state/text';
import type { PromptNode } from '../../state/tree';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { insertBelowIcon } from '../common/icons';
import { Markdown } from '../common/Markdown';
import { characters } from '../common/numbers';
import { useEditable, useProject, useServices, useStore, useView } from '../common/services';
import { useKeptScroll } from '../common/useKeptScroll';
import { promptTitle } from '../prompts/actions';
import { NoPrompt } from '../prompts/PromptPane';
import { usePrompt } from '../prompts/usePrompt';
import { answerText, offerAnswer, sendToUsual } from './actions';
import { AnswerFacts } from './AnswerFacts';
import { Outcome } from './Outcome';
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
  const { session, trans } = services;
  const run = useRun(prompt);
  const state = useStore(run.state);
  const edited = useStore(session.editedAnswers.texts);
  const editing = useView(view => view.editing);
  const setEditing = (id: string | null): void => services.view.state.patch({ editing: id });
  const body = useRef<HTMLDivElement>(null);
  useKeptScroll(() => body.current, `answer ${prompt.key}`);
  if (state.phase === 'none') {
    return (
      <EmptyState
        title={trans.__('No answer yet')}
        text={trans.__(
          '“%1” has not been sent. The answer appears here while it is written.',
          promptTitle(prompt, trans)
        )}
        testId="pf-no-answer"
      >
        <Button
          testId="pf-open-runs"
          onClick={() => services.view.state.patch({ dialog: 'runs', runsOf: prompt.key })}
        >
          {trans.__('Earlier answers of this prompt')}
        </Button>
      </EmptyState>
    );
  }
  const text = answerText(state, edited);
  const id = state.runId;
  // Another answer is not the one that was being edited.
  const writes = id !== null && editing === id && !isRunning(state.phase);
  return (
    <article className="pf-Answer" data-testid="pf-answer" data-phase={state.phase}>
      <AnswerBar
        prompt={prompt}
        state={state}
        text={text}
        writes={writes}
        write={on => setEditing(on ? id : null)}
      />
      <div ref={body} className="pf-Answer-body" tabIndex={0} aria-label={trans.__('Answer')}>
        <Reasoning state={state} />
        {writes ? (
          <textarea
            className="pf-Answer-editor jp-mod-styled"
            aria-label={trans.__('Text of the answer')}
            autoFocus
            value={text}
            data-testid="pf-answer-editor"
            data-lm-suppress-shortcuts="true"
            onChange={event => session.editedAnswers.edit(id, event.target.value)}
          />
        ) : (
          text !== '' && <Markdown text={text} testId="pf-answer-text" />
        )}
        {id !== null && id in edited && (
          <p className="pf-Remark" data-testid="pf-answer-edited">
            {trans.__('You have edited this answer.')}{' '}
            <button
              type="button"
              className="pf-Link"
              onClick={() => {
                session.editedAnswers.edit(id, null);
                setEditing(null);
              }}
            >
              {trans.__('Show what the model wrote')}
            </button>
          </p>
        )}
        {isRunning(state.phase) && state.text === '' && state.reasoning === '' && (
          <span className="pf-Writing" aria-hidden="true">
            {trans.__('Waiting for the model…')}
          </span>
        )}
        <Outcome state={state} />
      </div>
      <Announcement state={state} />
    </article>
  );
}

interface AnswerBarProps {
  prompt: PromptNode;
  state: RunState;
  text: string;
  writes: boolean;
  write: (on: boolean) => void;
}

function AnswerBar({ prompt, state, text, writes, write }: AnswerBarProps): React.JSX.Element {
  const services = useServices();
  const { trans, view, insertBelow } = services;
  const project = useProject();
  const editable = useEditable();
  const usable = text !== '' && !isRunning(state.phase);
  return (
    <div className="pf-Bar">
      <AnswerFacts state={state} />
      <span className="pf-Bar-space" />
      <IconButton
        icon={historyIcon}
        label={trans.__('Earlier answers of this prompt')}
        testId="pf-open-runs"
        onClick={() => view.state.patch({ dialog: 'runs', runsOf: prompt.key })}
      />
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
        disabled={text === ''}
        onClick={() => Clipboard.copyToSystem(text)}
      />
      <IconButton
        icon={editIcon}
        label={trans.__('Edit the answer')}
        testId="pf-edit-answer"
        disabled={!usable && !writes}
        pressed={writes}
        onClick={() => write(!writes)}
      />
      {insertBelow && (
        <IconButton
          icon={insertBelowIcon}
          label={trans.__('Insert below the active cell of the notebook')}
          testId="pf-insert-answer"
          disabled={!usable}
          onClick={() => insertBelow(text)}
        />
      )}
      {editable && (
        <IconButton
          icon={saveIcon}
          label={trans.__('Save the answer as context')}
          testId="pf-save-answer"
          disabled={!usable}
          onClick={() => offerAnswer(services, project, prompt)}
        />
      )}
    </div>
  );
}

/** What a model thought before it wrote: apart from the answer, and folded away. */
function Reasoning({ state }: { state: RunState }): React.JSX.Element | null {
  const { trans, language } = useServices();
  const { reasoning, text, phase } = state;
  if (reasoning === '') {
    return null;
  }
  const thinking = isRunning(phase) && text === '';
  return (
    <details className="pf-Reasoning" data-testid="pf-reasoning">
      <summary>
        {thinking ? trans.__('Thinking…') : trans.__('Reasoning')}{' '}
        <span className="pf-Note">{characters(codePoints(reasoning), trans, language)}</span>
      </summary>
      <div className="pf-Reasoning-text">{reasoning}</div>
    </details>
  );
}

/** A screen reader hears sentences about the progress, never single tokens. */
function Announcement({ state }: { state: RunState }): React.JSX.Element {
  const { trans, language } = useServices();
  const { phase, text } = state;
  const told =
    phase === 'sending'
      ? trans.__('The prompt is being sent.')
      : phase === 'streaming'
        ? trans.__('The answer is being written.')
        : endOf(state) === null && phase === 'done'
          ? trans.__('The answer is complete: %1.', characters(codePoints(text), trans, language))
          : '';
  return (
    <div className="pf-Hidden" role="status">
      {told}
    </div>
  );
}
