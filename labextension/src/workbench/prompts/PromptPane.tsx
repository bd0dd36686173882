/** Everything of one prompt in one column: its text, what it selects, what comes of it. */
import { useRef } from 'react';
import { useServices, useProject, useTree } from '../common/services';
import { useKeptScroll } from '../common/useKeptScroll';
import { SendBar } from '../runs/SendBar';
import { PreviewSection } from '../runs/Preview';
import { SelectorSection } from '../selector/Selector';
import { addPrompt } from './actions';
import { PromptEditor } from './PromptEditor';
import { NoPromptYet, PromptList } from './PromptList';
import { usePrompt } from './usePrompt';

export function PromptPane(): React.JSX.Element {
  const prompt = usePrompt();
  const { prompts } = useTree();
  const pane = useRef<HTMLDivElement>(null);
  useKeptScroll(() => pane.current, `prompt ${prompt?.key}`);
  if (!prompt) {
    return <NoPrompt />;
  }
  return (
    <div className="pf-Pane">
      <div ref={pane} className="pf-Scroll">
        {prompts.length > 0 && <PromptList />}
        <PromptEditor prompt={prompt} />
        <SelectorSection prompt={prompt} />
        <PreviewSection prompt={prompt} />
      </div>
      <SendBar prompt={prompt} />
    </div>
  );
}

export function NoPrompt(): React.JSX.Element {
  const services = useServices();
  const project = useProject();
  return (
    <div className="pf-Pane">
      <NoPromptYet add={() => addPrompt(services, project)} />
    </div>
  );
}
