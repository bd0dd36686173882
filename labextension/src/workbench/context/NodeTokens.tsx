/** The tokens of a node, as far as they are known. */
import type { ContextNode } from '../../state/tree';
import { tokens } from '../common/numbers';
import { useProject, useServices, useStore } from '../common/services';

interface NodeTokensProps {
  node: ContextNode;
  /** The length on the screen, while somebody types. */
  chars?: number;
}

/** Tokens of a node in words; null while nothing is known. */
export function useTokensText(node: ContextNode, chars = node.ownChars): string | null {
  const { trans, language, session } = useServices();
  const counts = session.tokens(useProject());
  useStore(counts.state);
  const own = { ...node, ownChars: chars };
  const told = counts.of(own);
  return told && tokens(told.tokens, told.exact, trans, language);
}

export function NodeTokens({ node, chars }: NodeTokensProps): React.JSX.Element | null {
  const text = useTokensText(node, chars);
  return text === null ? null : (
    <span className="pf-Note" data-testid="pf-node-tokens">
      {text}
    </span>
  );
}
