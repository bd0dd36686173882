/** The answer of a prompt, as it stands. */
import { useEffect } from 'react';
import type { RunModel } from '../../state/runs';
import type { PromptNode } from '../../state/tree';
import { useProject, useServices } from '../common/services';

export function useRun(prompt: PromptNode): RunModel {
  const { session } = useServices();
  const project = useProject();
  const run = session.run(project.id, prompt.key);
  const id = project.queue.identities.promptIdOf(prompt.key);
  useEffect(() => {
    if (id !== null) {
      // Without the last answer the prompt can still be sent.
      run.restore(project.id, id).catch(() => undefined);
    }
  }, [run, project, id]);
  return run;
}
