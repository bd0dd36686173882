/** Blocks, items and sub-items with their sizes: open, add, rename, reorder, delete. */
import { addIcon } from '@jupyterlab/ui-components';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { Place } from '../../state/places';
import { placeBeside, placeInside, placeOutside } from '../../state/places';
import type { ContextNode, Key } from '../../state/tree';
import { CHILD_LEVEL, pathTo, totalChars } from '../../state/tree';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { characters, tokens } from '../common/numbers';
import {
  useEditable,
  useProject,
  useServices,
  useStore,
  useTree,
  useView
} from '../common/services';
import { useKeptFocus } from '../common/useKeptFocus';
import { addBlock, addChild, removeNode, titleOf } from './actions';
import { useKeptScroll } from '../common/useKeptScroll';
import { TreeRow } from './TreeRow';
import { useDrops } from './useDrops';
import { useDragRows } from './useDragRows';

interface ContextTreeProps {
  /** Which levels are shown: all of them, the blocks only, or what is in one block. */
  levels?: 'all' | 'blocks' | 'items';
  block?: ContextNode;
}

export interface Row {
  node: ContextNode;
  depth: number;
  expanded: boolean | null;
  /** Its place among its siblings, and how many they are. */
  at: number;
  of: number;
}

/** The height of a row, as the style sheet has it. */
const ROW = 28;
/** From so many rows on, only those in sight are drawn. */
const LONG = 150;

export function ContextTree({ levels = 'all', block }: ContextTreeProps): React.JSX.Element {
  const services = useServices();
  const { trans, language } = services;
  const project = useProject();
  const editable = useEditable();
  const tree = useTree();
  const inBlock = levels === 'items' && block;
  const add = (): void =>
    inBlock ? addChild(services, project, block.key) : addBlock(services, project);
  const roots = inBlock ? block.children : tree.blocks;
  const chars = characters(totalChars(tree), trans, language);
  const name = inBlock ? titleOf(block, trans) : trans.__('Context');
  const host = useRef<HTMLDivElement>(null);
  const drops = useDrops(host, project, editable);
  const counts = services.session.tokens(project);
  useEffect(() => counts.watch(), [counts]);
  useStore(counts.state);
  const shown = inBlock ? block.children : tree.blocks;
  const told = shown.map(node => counts.of(node));
  const size = told.every(one => one !== null)
    ? tokens(
        told.reduce((sum, one) => sum + one.tokens, 0),
        told.every(one => one.exact),
        trans,
        language
      )
    : '';
  return (
    <div
      ref={host}
      className={`pf-Tree ${drops.over ? 'pf-mod-over' : ''}`}
      data-testid={`pf-tree-${levels}`}
      {...drops.handlers}
    >
      <div className="pf-Bar">
        {levels === 'all' ? (
          // The tab above has the name already.
          <span className="pf-Bar-note pf-mod-left">
            {trans._n('%1 block', '%1 blocks', tree.blocks.length)}
            {' · '}
            {chars}
            {size && ` · ${size}`}
          </span>
        ) : (
          <span className="pf-Bar-title" title={name}>
            {name}
          </span>
        )}
        {levels === 'blocks' && (
          <span className="pf-Bar-note" title={size}>
            {chars}
          </span>
        )}
        {editable && (
          <IconButton
            icon={addIcon}
            label={inBlock ? trans.__('Add item') : trans.__('Add block')}
            testId={inBlock ? 'pf-add-item' : 'pf-add-block'}
            onClick={add}
          />
        )}
      </div>
      {roots.length > 0 ? (
        <Rows host={host} roots={roots} flat={levels === 'blocks'} label={name} />
      ) : !editable ? (
        <EmptyState
          title={inBlock ? trans.__('This block is empty') : trans.__('No context yet')}
        />
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
  /** The tree with what stands around the rows. */
  host: React.RefObject<HTMLElement | null>;
  roots: readonly ContextNode[];
  flat: boolean;
  label: string;
}

function Rows({ host, roots, flat, label }: RowsProps): React.JSX.Element {
  const services = useServices();
  const { view } = services;
  const project = useProject();
  const editable = useEditable();
  const list = useRef<HTMLDivElement>(null);
  const collapsed = useView(state => state.collapsed);
  const open = useView(state => state.nodeKey);
  const tab = useView(state => state.tab);
  const rows = useMemo(() => rowsOf(roots, new Set(collapsed), flat), [roots, collapsed, flat]);
  const shownOpen = flat && open !== null ? (pathTo(roots, open)[0]?.key ?? null) : open;
  const focusable = rows.find(row => row.node.key === shownOpen)?.node.key ?? rows[0]?.node.key;

  const tabStop = rows.findIndex(row => row.node.key === focusable);
  const long = rows.length > LONG;
  // The compiler leaves this component alone; nothing here is passed on memoized.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    enabled: long,
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 12,
    // The row that Tab leads to is always there.
    rangeExtractor: range =>
      [...new Set([...defaultRangeExtractor(range), tabStop])].sort((a, b) => a - b)
  });
  const { mark, handlers } = useDragRows(project);
  useKeptScroll(() => list.current, `tree ${label}`);

  const focus = (key: Key | undefined): void => {
    const find = (): HTMLElement | null | undefined =>
      key === undefined
        ? null
        : list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    const there = find();
    if (there) {
      there.focus();
    } else if (key !== undefined) {
      virtualizer.scrollToIndex(rows.findIndex(row => row.node.key === key));
      requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus()));
    }
  };
  const kept = useKeptFocus(
    rows.map(row => row.node.key),
    key =>
      key === null
        ? host.current?.querySelector<HTMLElement>('.pf-Empty button')?.focus()
        : focus(key)
  );
  const move = (key: Key, place: Place | null): void => {
    if (place) {
      project.moveTo(key, place.parent, place.after);
      if (place.parent !== null && view.state.get().collapsed.includes(place.parent)) {
        view.toggle(place.parent);
      }
      requestAnimationFrame(() => focus(key));
    }
  };
  const onKey = (event: React.KeyboardEvent, row: Row, at: number): void => {
    const { node, expanded } = row;
    const parent = rows.slice(0, at).findLast(other => other.depth < row.depth);
    const keys: Record<string, () => void> = {
      ArrowDown: () => focus(rows[at + 1]?.node.key),
      ArrowUp: () => focus(rows[at - 1]?.node.key),
      Home: () => focus(rows[0]?.node.key),
      End: () => focus(rows.at(-1)?.node.key),
      ArrowRight: () =>
        expanded === false ? view.toggle(node.key) : focus(rows[at + 1]?.node.key),
      ArrowLeft: () => (expanded ? view.toggle(node.key) : focus(parent?.node.key)),
      Enter: () => view.openNode(node.key),
      ' ': () => view.openNode(node.key)
    };
    const changes: Record<string, () => void> = {
      F2: () => view.rename(node.key),
      Delete: () => void removeNode(services, project, node.key),
      Insert: () => CHILD_LEVEL[node.level] && addChild(services, project, node.key)
    };
    const { tree } = project;
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(node.key, placeBeside(tree, node.key, 1)),
      ArrowUp: () => move(node.key, placeBeside(tree, node.key, -1)),
      ArrowRight: () => move(node.key, placeInside(tree, node.key)),
      ArrowLeft: () => move(node.key, placeOutside(tree, node.key))
    };
    const changing = editable ? (event.altKey ? moves : changes) : {};
    const act = changing[event.key] ?? (event.altKey ? undefined : keys[event.key]);
    if (act && event.target === event.currentTarget) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  const rowAt = (at: number, top?: number): React.JSX.Element | null => {
    const row = rows[at];
    return row ? (
      <TreeRow
        key={row.node.key}
        row={row}
        top={top}
        active={row.node.key === shownOpen && tab === 'context'}
        focusable={at === tabStop}
        mark={mark?.key === row.node.key ? mark.zone : null}
        dragging={editable ? handlers(row.node.key) : {}}
        onKey={event => onKey(event, row, at)}
      />
    ) : null;
  };
  return (
    <div
      ref={list}
      role="tree"
      aria-label={label}
      className={`pf-Rows ${long ? 'pf-mod-long' : ''}`}
      data-testid="pf-rows"
      onFocus={kept}
    >
      {long ? (
        <div
          role="presentation"
          style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => rowAt(index, start))}
        </div>
      ) : (
        rows.map((_, at) => rowAt(at))
      )}
    </div>
  );
}

function rowsOf(
  nodes: readonly ContextNode[],
  collapsed: ReadonlySet<Key>,
  flat: boolean,
  depth = 0
): Row[] {
  return nodes.flatMap((node, at) => {
    const expanded = flat || node.children.length === 0 ? null : !collapsed.has(node.key);
    const below = expanded ? rowsOf(node.children, collapsed, flat, depth + 1) : [];
    return [{ node, depth, expanded, at: at + 1, of: nodes.length }, ...below];
  });
}
