/** Three panes: projects, blocks and prompts; the active block or selector; the editor. */
import { ContextTree } from './context/ContextTree';
import { NodeEditor } from './context/NodeEditor';
import { useServices, useTree, useView } from './common/services';
import { Splitter } from './common/Splitter';
import { ProjectList } from './projects/ProjectList';
import { PromptEditor } from './prompts/PromptEditor';
import { PromptList } from './prompts/PromptList';
import { usePrompt } from './prompts/usePrompt';
import { SendBar } from './runs/SendBar';
import { ResultTabs } from './runs/ResultTabs';
import { Selector } from './selector/Selector';
import { pathTo } from '../state/tree';
import { NoPrompt } from './prompts/PromptPane';

export function WideLayout(): React.JSX.Element {
  const { trans } = useServices();
  const browsing = useView(state => state.browsing);
  const tab = useView(state => state.tab);
  return (
    <Splitter
      name="wide"
      label={trans.__('Width of the list')}
      direction="row"
      initial={22}
      first={
        <nav className="pf-Pane pf-mod-nav" aria-label={trans.__('Project')}>
          {browsing ? (
            <ProjectList />
          ) : (
            <>
              <ContextTree levels="blocks" />
              <PromptList />
            </>
          )}
        </nav>
      }
      second={
        <Splitter
          name="work"
          label={trans.__('Width of the block')}
          direction="row"
          initial={38}
          first={tab === 'context' ? <ActiveBlock /> : <ActiveSelector />}
          second={tab === 'context' ? <NodeEditor /> : <PromptWork />}
        />
      }
    />
  );
}

/** The items of the block in which something is open. */
function ActiveBlock(): React.JSX.Element {
  const tree = useTree();
  const nodeKey = useView(state => state.nodeKey);
  const block = (nodeKey === null ? undefined : pathTo(tree.blocks, nodeKey)[0]) ?? tree.blocks[0];
  return <div className="pf-Pane">{block && <ContextTree levels="items" block={block} />}</div>;
}

function ActiveSelector(): React.JSX.Element {
  const prompt = usePrompt();
  return <div className="pf-Pane">{prompt && <Selector prompt={prompt} />}</div>;
}

function PromptWork(): React.JSX.Element {
  const { trans } = useServices();
  const prompt = usePrompt();
  if (!prompt) {
    return <NoPrompt />;
  }
  return (
    <div className="pf-Pane">
      <Splitter
        name="prompt"
        label={trans.__('Height of the prompt')}
        direction="column"
        initial={45}
        first={<PromptEditor prompt={prompt} />}
        second={<ResultTabs prompt={prompt} />}
      />
      <SendBar prompt={prompt} />
    </div>
  );
}
