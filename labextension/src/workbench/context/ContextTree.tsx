/** Blocks, items and sub-items with their sizes: open, add, rename, reorder, delete. */
import { addIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import type { ContextNode, Key } from '../../state/tree';
import { CHILD_LEVEL, pathTo, totalChars } from '../../state/tree';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { characters } from '../common/numbers';
import { useProject, useServices, useTree, useView } from '../common/services';
import { addBlock, addChild, removeNode, titleOf } from './actions';
import { TreeRow } from './TreeRow';

interface ContextTreeProps {
  /** Which levels are shown: all of them, the blocks only, or what is in one block. */
  levels?: 'all' | 'blocks' | 'items';
  block?: ContextNode;
}

export interface Row {
  node: ContextNode;
  depth: number;
  expanded: boolean | null;
}

export function ContextTree({ levels = 'all', block }: ContextTreeProps): React.JSX.Element {
  const services = useServices();
  const { trans, language } = services;
  const project = useProject();
  const tree = useTree();
  const inBlock = levels === 'items' && block;
  const add = (): void =>
    inBlock ? addChild(services, project, block.key) : addBlock(services, project);
  const roots = inBlock ? block.children : tree.blocks;
  const chars = characters(totalChars(tree), trans, language);
  const name = inBlock ? titleOf(block, trans) : trans.__('Context');
  return (
    <div className="pf-Tree" data-testid={`pf-tree-${levels}`}>
      <div className="pf-Bar">
        {levels === 'all' ? (
          // The tab above has the name already.
          <span className="pf-Bar-note pf-mod-left">
            {trans._n('%1 block', '%1 blocks', tree.blocks.length)}
            {' · '}
            {chars}
          </span>
        ) : (
          <span className="pf-Bar-title" title={name}>
            {name}
          </span>
        )}
        {levels === 'blocks' && <span className="pf-Bar-note">{chars}</span>}
        <IconButton
          icon={addIcon}
          label={inBlock ? trans.__('Add item') : trans.__('Add block')}
          testId={inBlock ? 'pf-add-item' : 'pf-add-block'}
          onClick={add}
        />
      </div>
      {roots.length > 0 ? (
        <Rows roots={roots} flat={levels === 'blocks'} label={name} />
      ) : inBlock ? (
        <EmptyState
          title={trans.__('This block is empty')}
          text={trans.__('Texts are kept in items, and long ones in sub-items.')}
        >
          <Button icon={addIcon} onClick={add}>
            {trans.__('Add item')}
          </Button>
        </EmptyState>
      ) : (
        <EmptyState
          title={trans.__('No context yet')}
          text={trans.__('Put the texts a prompt may need into blocks: documents, code, notes.')}
          testId="pf-no-context"
        >
          <Button kind="accept" icon={addIcon} onClick={add} testId="pf-first-block">
            {trans.__('Add block')}
          </Button>
        </EmptyState>
      )}
    </div>
  );
}

interface RowsProps {
  roots: readonly ContextNode[];
  flat: boolean;
  label: string;
}

function Rows({ roots, flat, label }: RowsProps): React.JSX.Element {
  const services = useServices();
  const { view } = services;
  const project = useProject();
  const list = useRef<HTMLDivElement>(null);
  const collapsed = useView(state => state.collapsed);
  const open = useView(state => state.nodeKey);
  const tab = useView(state => state.tab);
  const rows = rowsOf(roots, collapsed, flat);
  const shownOpen = flat && open !== null ? (pathTo(roots, open)[0]?.key ?? null) : open;
  const focusable = rows.find(row => row.node.key === shownOpen)?.node.key ?? rows[0]?.node.key;

  const focus = (key: Key | undefined): void => {
    if (key !== undefined) {
      list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }
  };
  const move = (key: Key, direction: -1 | 1): void => {
    project.step(key, direction);
    requestAnimationFrame(() => focus(key));
  };
  const onKey = (event: React.KeyboardEvent, row: Row, at: number): void => {
    const { node, expanded } = row;
    const parent = rows.slice(0, at).findLast(other => other.depth < row.depth);
    const keys: Record<string, () => void> = {
      ArrowDown: () => (event.altKey ? move(node.key, 1) : focus(rows[at + 1]?.node.key)),
      ArrowUp: () => (event.altKey ? move(node.key, -1) : focus(rows[at - 1]?.node.key)),
      Home: () => focus(rows[0]?.node.key),
      End: () => focus(rows.at(-1)?.node.key),
      ArrowRight: () =>
        expanded === false ? view.toggle(node.key) : focus(rows[at + 1]?.node.key),
      ArrowLeft: () => (expanded ? view.toggle(node.key) : focus(parent?.node.key)),
      Enter: () => view.openNode(node.key),
      ' ': () => view.openNode(node.key),
      F2: () => view.rename(node.key),
      Delete: () => void removeNode(services, project, node.key),
      Insert: () => CHILD_LEVEL[node.level] && addChild(services, project, node.key)
    };
    const act = keys[event.key];
    if (act && event.target === event.currentTarget) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  return (
    <div ref={list} role="tree" aria-label={label} className="pf-Rows">
      {rows.map((row, at) => (
        <TreeRow
          key={row.node.key}
          row={row}
          active={row.node.key === shownOpen && tab === 'context'}
          focusable={row.node.key === focusable}
          onKey={event => onKey(event, row, at)}
        />
      ))}
    </div>
  );
}

function rowsOf(
  nodes: readonly ContextNode[],
  collapsed: readonly Key[],
  flat: boolean,
  depth = 0
): Row[] {
  return nodes.flatMap(node => {
    const expanded = flat || node.children.length === 0 ? null : !collapsed.includes(node.key);
    const below = expanded ? rowsOf(node.children, collapsed, flat, depth + 1) : [];
    return [{ node, depth, expanded }, ...below];
  });
}
