/** In the wide layout: what will be sent, or what came back. */
import type { PromptNode } from '../../state/tree';
import { useServices, useView } from '../common/services';
import { AnswerPane } from './AnswerPane';
import { CopyPrompt, PreviewNote, PreviewText } from './Preview';
import { RunDot } from './RunDot';

export function ResultTabs({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, view } = useServices();
  const answer = useView(state => state.tab === 'answer');
  const show = (tab: 'prompt' | 'answer'): void => view.state.patch({ tab });
  return (
    <div className="pf-Pane">
      <div className="pf-Tabs">
        <div
          role="tablist"
          className="pf-Tabs-list"
          aria-label={trans.__('Preview and answer')}
          onKeyDown={event => {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
              show(answer ? 'prompt' : 'answer');
              const tabs = event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]');
              tabs[answer ? 0 : 1]?.focus();
            }
          }}
        >
          <button
            type="button"
            role="tab"
            className="pf-Tab"
            aria-selected={!answer}
            tabIndex={answer ? -1 : 0}
            data-testid="pf-tab-prompt"
            onClick={() => show('prompt')}
          >
            {trans.__('Preview')}{' '}
            <span className="pf-Tab-note">
              <PreviewNote prompt={prompt} />
            </span>
          </button>
          <button
            type="button"
            role="tab"
            className="pf-Tab"
            aria-selected={answer}
            tabIndex={answer ? 0 : -1}
            data-testid="pf-tab-answer"
            onClick={() => show('answer')}
          >
            {trans.__('Answer')} <RunDot />
          </button>
        </div>
        <span className="pf-Bar-space" />
        {!answer && <CopyPrompt prompt={prompt} />}
      </div>
      <div className="pf-Narrow-body" role="tabpanel">
        {answer ? <AnswerPane sendBar={false} /> : <PreviewText key={prompt.key} prompt={prompt} />}
      </div>
    </div>
  );
}
