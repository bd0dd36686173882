/** The open node: its title, its text, how long it is and how full its block. */
import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import { Fragment, useState } from 'react';
import { codePoints } from '../../state/text';
import type { ContextNode } from '../../state/tree';
import { charsOf, pathTo } from '../../state/tree';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { openMenuAt } from '../common/menu';
import { Meter } from '../common/Meter';
import { NodeTitle } from '../common/NodeTitle';
import { characters } from '../common/numbers';
import { useEditable, useProject, useServices, useTree, useView } from '../common/services';
import { TextEditor } from '../common/TextEditor';
import { splitIcon } from '../split/icon';
import { openSplit } from '../split/open';
import { fullScreenIcon } from '../common/icons';
import { openFullScreen } from '../common/fullScreen';
import { addChild, nodeMenu, titleOf } from './actions';
import { SourceBadge } from './SourceBadge';
import { NodeTokens } from './NodeTokens';

/** Texts up to this length are counted at every key press; longer ones when typing rests. */
const QUICK_COUNT = 200_000;

export function NodeEditor(): React.JSX.Element {
  const services = useServices();
  const { trans } = services;
  const project = useProject();
  const editable = useEditable();
  const tree = useTree();
  const key = useView(state => state.nodeKey);
  const path = key === null ? [] : pathTo(tree.blocks, key);
  const node = path.at(-1);
  if (!node) {
    return (
      <div className="pf-Pane">
        <EmptyState
          title={trans.__('Nothing is open')}
          text={trans.__('Choose an item of the context to read and edit its text.')}
        />
      </div>
    );
  }
  return (
    <article className="pf-Pane pf-Node" data-testid="pf-node-editor">
      <NodeHead node={node} path={path} />
      {node.level !== 'block' ? (
        <NodeText key={node.key} node={node} path={path} />
      ) : node.children.length === 0 && !editable ? (
        <EmptyState title={trans.__('This block is empty')} />
      ) : node.children.length === 0 ? (
        <EmptyState
          title={trans.__('This block is empty')}
          text={trans.__('Texts are kept in items, and long ones in sub-items.')}
        >
          <Button
            kind="accept"
            icon={addIcon}
            testId="pf-first-item"
            onClick={() => addChild(services, project, node.key)}
          >
            {trans.__('Add item')}
          </Button>
        </EmptyState>
      ) : (
        <BlockSummary block={node} />
      )}
    </article>
  );
}

interface PartProps {
  node: ContextNode;
  path: readonly ContextNode[];
}

function NodeHead({ node, path }: PartProps): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const editable = useEditable();
  const title = titleOf(node, trans);
  return (
    <div className="pf-Bar pf-Node-head">
      {path.slice(0, -1).map(above => (
        <Fragment key={above.key}>
          <button
            type="button"
            className="pf-Crumb"
            title={titleOf(above, trans)}
            onClick={() => view.openNode(above.key)}
          >
            {titleOf(above, trans)}
          </button>
          <span className="pf-Crumb-then" aria-hidden="true">
            ›
          </span>
        </Fragment>
      ))}
      <NodeTitle node={node} shown={title} testId="pf-node-title" />
      <span className="pf-Bar-space" />
      {node.level !== 'block' && (
        <IconButton
          icon={fullScreenIcon}
          label={trans.__('Full screen')}
          testId="pf-node-full-screen"
          onClick={() => openFullScreen(services, node.key)}
        />
      )}
      {editable && node.level !== 'block' && (
        <IconButton
          icon={splitIcon}
          label={trans.__('Split this text…')}
          testId="pf-split"
          disabled={node.ownChars === 0}
          onClick={() => openSplit(services, project)}
        />
      )}
      {editable && (
        <IconButton
          icon={ellipsesIcon}
          label={trans.__('More for “%1”', title)}
          testId="pf-node-menu"
          menu
          onClick={event =>
            openMenuAt(
              nodeMenu(services, project, node).map(entry =>
                entry?.label === trans.__('Rename')
                  ? { ...entry, run: () => view.rename(`head ${node.key}`) }
                  : entry
              ),
              event.currentTarget
            )
          }
        />
      )}
    </div>
  );
}

function NodeText({ node, path }: PartProps): React.JSX.Element {
  const { trans, language } = useServices();
  const project = useProject();
  const [typed, setTyped] = useState({ since: -1, chars: 0 });
  // What rests is counted in the tree; until then the editor's own count is shown.
  const own = typed.since === node.ownChars ? typed.chars : node.ownChars;
  const block = path[0];
  const inSubItems = node.children.length > 0 ? charsOf(node) : null;
  return (
    <>
      <SourceBadge node={node} />
      <TextEditor
        textKey={node.key}
        texts={project.texts}
        label={trans.__('Text of “%1”', titleOf(node, trans))}
        placeholder={trans.__('Type or paste the text here.')}
        testId="pf-node-text"
        onTyped={read => {
          if (node.ownChars < QUICK_COUNT) {
            setTyped({ since: node.ownChars, chars: codePoints(read()) });
          }
        }}
      />
      <footer className="pf-Node-foot">
        <span data-testid="pf-node-chars">{characters(own, trans, language)}</span>
        <NodeTokens node={node} chars={own} />
        {inSubItems !== null && (
          <span
            className="pf-Note"
            title={trans.__(
              'An item with sub-items counts as its sub-items. Its own text is used where it is selected itself.'
            )}
          >
            {trans.__('in sub-items: %1', characters(inSubItems, trans, language))}
          </span>
        )}
        <span className="pf-Bar-space" />
        {block && (
          <Meter chars={charsOf(block) + (inSubItems === null ? own - node.ownChars : 0)} />
        )}
      </footer>
    </>
  );
}

function BlockSummary({ block }: { block: ContextNode }): React.JSX.Element {
  const services = useServices();
  const { trans, language, view } = services;
  const project = useProject();
  const editable = useEditable();
  return (
    <div className="pf-Summary">
      <ul className="pf-Summary-list">
        {block.children.map(item => (
          <li key={item.key}>
            <button
              type="button"
              className="pf-Summary-row"
              onClick={() => view.openNode(item.key)}
            >
              <span>{titleOf(item, trans)}</span>
              <span className="pf-Count">{characters(charsOf(item), trans, language)}</span>
            </button>
          </li>
        ))}
      </ul>
      <footer className="pf-Node-foot">
        {editable && (
          <Button icon={addIcon} onClick={() => addChild(services, project, block.key)}>
            {trans.__('Add item')}
          </Button>
        )}
        <span className="pf-Bar-space" />
        <Meter chars={charsOf(block)} />
      </footer>
    </div>
  );
}
