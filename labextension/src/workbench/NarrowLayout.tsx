/** One column with tabs: the side area, and the output of a notebook cell. */
import type { Tab } from '../state/view';
import { findNode, totalChars } from '../state/tree';
import { ContextTree } from './context/ContextTree';
import { NodeEditor } from './context/NodeEditor';
import { exact, short } from './common/numbers';
import { useServices, useTree, useView } from './common/services';
import { Splitter } from './common/Splitter';
import type { TabEntry } from './common/Tabs';
import { Tabs } from './common/Tabs';
import { PromptPane } from './prompts/PromptPane';
import { AnswerPane } from './runs/AnswerPane';
import { RunDot } from './runs/RunDot';

export function NarrowLayout(): React.JSX.Element {
  const { trans, view, language } = useServices();
  const tree = useTree();
  const tab = useView(state => state.tab);
  const node = findNode(
    tree,
    useView(state => state.nodeKey)
  );
  const chars = totalChars(tree);
  const tabs: TabEntry<Tab>[] = [
    {
      name: 'context',
      label: trans.__('Context'),
      note: <span title={exact(chars, language)}>{short(chars, language)}</span>
    },
    { name: 'prompt', label: trans.__('Prompt'), note: tree.prompts.length },
    { name: 'answer', label: trans.__('Answer'), note: <RunDot /> }
  ];
  return (
    <div className="pf-Narrow">
      <Tabs
        label={trans.__('Parts of the project')}
        tabs={tabs}
        current={tab}
        className="pf-Tabs"
        testId="pf-tab-"
        onShow={next => view.state.patch({ tab: next })}
      />
      <div
        className="pf-Narrow-body"
        role="tabpanel"
        aria-label={tabs.find(({ name }) => name === tab)?.label}
      >
        {tab === 'context' ? (
          <Splitter
            name="context"
            label={trans.__('Size of the tree')}
            direction="column"
            initial={45}
            first={<ContextTree />}
            second={node && <NodeEditor />}
          />
        ) : tab === 'prompt' ? (
          <PromptPane />
        ) : (
          <AnswerPane />
        )}
      </div>
    </div>
  );
}
