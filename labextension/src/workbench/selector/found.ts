/** The part of the context whose titles have all of some words: what is looked for among the tiles. */
import type { ContextNode } from '../../state/tree';

/** Titles count with those above them: "minutes march" finds "March" in the block "Minutes". */
export function found(
  blocks: readonly ContextNode[],
  words: string,
  titleOf: (node: ContextNode) => string
): readonly ContextNode[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) {
    return blocks;
  }
  const within = (nodes: readonly ContextNode[], above: string): ContextNode[] =>
    nodes.flatMap(node => {
      const path = `${above}\n${titleOf(node).toLocaleLowerCase()}`;
      if (wanted.every(word => path.includes(word))) {
        return [node];
      }
      const children = within(node.children, path);
      // It only names what was found below it.
      return children.length > 0 ? [{ ...node, ownChars: 0, children }] : [];
    });
  return within(blocks, '');
}
