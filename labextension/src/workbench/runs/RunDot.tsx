/** A dot on the tab of the answer while it is being written. */
import type { PromptNode } from '../../state/tree';
import { isRunning } from '../../state/runs';
import { useProject, useServices, useStore } from '../common/services';
import { usePrompt } from '../prompts/usePrompt';

export function RunDot(): React.JSX.Element | null {
  const prompt = usePrompt();
  return prompt && <Dot prompt={prompt} />;
}

function Dot({ prompt }: { prompt: PromptNode }): React.JSX.Element | null {
  const { session } = useServices();
  const project = useProject();
  const phase = useStore(session.run(project.id, prompt.key).state, state => state.phase);
  return isRunning(phase) ? <span className="pf-RunDot" aria-hidden="true" /> : null;
}
