/** The prompt that is open: the chosen one, else the first. */
import type { PromptNode } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import { useTree, useView } from '../common/services';

export function usePrompt(): PromptNode | null {
  const tree = useTree();
  const key = useView(state => state.promptKey);
  return findPrompt(tree, key) ?? tree.prompts[0] ?? null;
}
