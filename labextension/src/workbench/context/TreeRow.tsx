/** One node of the context tree. */
import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { Zone } from '../../state/places';
import { CHILD_LEVEL, charsOf } from '../../state/tree';
import { IconButton } from '../common/buttons';
import { openMenu, openMenuAt } from '../common/menu';
import { characters, short } from '../common/numbers';
import { useEditable, useProject, useServices, useView } from '../common/services';
import { NodeTitleField } from '../common/NodeTitle';
import { addChild, nodeMenu, titleOf } from './actions';
import { useTokensText } from './NodeTokens';
import type { Row } from './ContextTree';
import { SourceMark } from './SourceBadge';

interface TreeRowProps {
  row: Row;
  active: boolean;
  /** The one row that Tab leads to; arrows lead on. */
  focusable: boolean;
  /** Where it stands in a list of which only a part is drawn. */
  top?: number | undefined;
  /** Where something that is dragged would go. */
  mark: Zone | null;
  dragging: React.HTMLAttributes<HTMLElement>;
  onKey: (event: React.KeyboardEvent) => void;
}

export function TreeRow(props: TreeRowProps): React.JSX.Element {
  const { row, active, focusable, top, mark, dragging, onKey } = props;
  const services = useServices();
  const { trans, view, language } = services;
  const project = useProject();
  const editable = useEditable();
  const { node, depth, expanded } = row;
  const renaming = useView(state => state.renaming === node.key);
  const title = titleOf(node, trans);
  const chars = charsOf(node);
  const inTokens = useTokensText(node);
  const child = CHILD_LEVEL[node.level];
  // Icons are the costly part of a row: only the one that is in use has its buttons.
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  return (
    <div
      role="treeitem"
      className={`pf-Row pf-mod-${node.level} ${active ? 'pf-mod-active' : ''}`}
      style={
        {
          '--pf-depth': depth,
          ...(top === undefined ? {} : { position: 'absolute', top, left: 0, right: 0 })
        } as React.CSSProperties
      }
      {...(renaming ? {} : dragging)}
      data-drop={mark ?? undefined}
      aria-posinset={row.at}
      aria-setsize={row.of}
      aria-level={depth + 1}
      aria-expanded={expanded ?? undefined}
      aria-selected={active}
      tabIndex={focusable ? 0 : -1}
      data-key={node.key}
      data-testid={`pf-${node.level}-row`}
      title={trans.__(
        '%1 (%2)',
        title,
        [characters(chars, trans, language), inTokens].filter(Boolean).join(', ')
      )}
      onClick={() => view.openNode(node.key)}
      onDoubleClick={() => editable && view.rename(node.key)}
      onKeyDown={event => {
        const menu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
        if (menu && editable && event.target === event.currentTarget) {
          event.preventDefault();
          event.stopPropagation();
          openMenuAt(nodeMenu(services, project, node), event.currentTarget);
        } else {
          onKey(event);
        }
      }}
      onMouseEnter={() => setPointed(true)}
      onMouseLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        if (!editable) {
          return;
        }
        openMenu(nodeMenu(services, project, node), event.clientX, event.clientY);
      }}
    >
      {expanded === null ? (
        <span className="pf-Row-caret" />
      ) : (
        <span
          className="pf-Row-caret"
          aria-hidden="true"
          data-testid="pf-row-caret"
          onClick={event => {
            event.stopPropagation();
            view.toggle(node.key);
          }}
        >
          <svg viewBox="0 0 18 18" width="16" height="16" className="pf-Caret">
            <path d={expanded ? 'M5.2 7 9 10.8 12.8 7z' : 'M7 5.2 10.8 9 7 12.8z'} />
          </svg>
        </span>
      )}
      {renaming ? (
        <NodeTitleField node={node} shown={title} testId="pf-title-field" />
      ) : (
        <span className={`pf-Row-title ${node.title === null ? 'pf-mod-nameless' : ''}`}>
          {title}
        </span>
      )}
      <SourceMark node={node} />
      {editable && (pointed || focused) ? (
        <span className="pf-Row-actions">
          {child && (
            <IconButton
              icon={addIcon}
              label={child === 'item' ? trans.__('Add item') : trans.__('Add sub-item')}
              testId={`pf-row-add-${child}`}
              tabIndex={-1}
              onClick={() => addChild(services, project, node.key)}
            />
          )}
          <IconButton
            icon={ellipsesIcon}
            label={trans.__('More for “%1”', title)}
            testId="pf-row-menu"
            tabIndex={-1}
            menu
            onClick={event => openMenuAt(nodeMenu(services, project, node), event.currentTarget)}
          />
        </span>
      ) : (
        <span className="pf-Count">{short(chars, language)}</span>
      )}
    </div>
  );
}
