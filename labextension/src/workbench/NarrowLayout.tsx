/** One column with tabs: the side area, and the output of a notebook cell. */
import type { Tab } from '../state/view';
import { findNode, totalChars } from '../state/tree';
import { ContextTree } from './context/ContextTree';
import { NodeEditor } from './context/NodeEditor';
import { exact, short } from './common/numbers';
import { useServices, useTree, useView } from './common/services';
import { Splitter } from './common/Splitter';
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
  const tabs: [Tab, string, React.ReactNode][] = [
    [
      'context',
      trans.__('Context'),
      <span key="n" title={exact(chars, language)}>
        {short(chars, language)}
      </span>
    ],
    ['prompt', trans.__('Prompt'), tree.prompts.length],
    ['answer', trans.__('Answer'), <RunDot key="d" />]
  ];
  const at = tabs.findIndex(([name]) => name === tab);
  return (
    <div className="pf-Narrow">
      <div
        role="tablist"
        className="pf-Tabs"
        aria-label={trans.__('Parts of the project')}
        onKeyDown={event => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
          const next = tabs[(at + step + tabs.length) % tabs.length];
          if (step !== 0 && next) {
            view.state.patch({ tab: next[0] });
            const buttons = event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]');
            buttons[(at + step + tabs.length) % tabs.length]?.focus();
          }
        }}
      >
        {tabs.map(([name, label, note]) => (
          <button
            key={name}
            type="button"
            role="tab"
            className="pf-Tab"
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            data-testid={`pf-tab-${name}`}
            onClick={() => view.state.patch({ tab: name })}
          >
            {label} <span className="pf-Tab-note">{note}</span>
          </button>
        ))}
      </div>
      <div className="pf-Narrow-body" role="tabpanel" aria-label={tabs[at]?.[1]}>
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
