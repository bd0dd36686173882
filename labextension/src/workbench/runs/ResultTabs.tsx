/** In the wide layout: what will be sent, or what came back. */
import type { PromptNode } from '../../state/tree';
import { useServices, useView } from '../common/services';
import { Tabs } from '../common/Tabs';
import { AnswerPane } from './AnswerPane';
import { CopyPrompt, PreviewNote, PreviewText } from './Preview';
import { RunDot } from './RunDot';

export function ResultTabs({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, view } = useServices();
  const answer = useView(state => state.tab === 'answer');
  return (
    <div className="pf-Pane">
      <div className="pf-Tabs">
        <Tabs
          label={trans.__('Preview and answer')}
          tabs={[
            {
              name: 'prompt',
              label: trans.__('Preview'),
              note: <PreviewNote prompt={prompt} />
            },
            { name: 'answer', label: trans.__('Answer'), note: <RunDot /> }
          ]}
          current={answer ? 'answer' : 'prompt'}
          className="pf-Tabs-list"
          testId="pf-tab-"
          onShow={tab => view.state.patch({ tab })}
        />
        <span className="pf-Bar-space" />
        {!answer && <CopyPrompt prompt={prompt} />}
      </div>
      <div className="pf-Narrow-body" role="tabpanel">
        {answer ? <AnswerPane sendBar={false} /> : <PreviewText key={prompt.key} prompt={prompt} />}
      </div>
    </div>
  );
}
