/** The pieces that a prompt can take: all of them at once, those with certain words, or one by one. */
import { useDeferredValue, useMemo, useState } from 'react';
import { availableKeys, tilesOf, withAll, without } from '../../state/selection';
import type { Key, PromptNode } from '../../state/tree';
import { titleOf } from '../context/actions';
import { Button } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { SearchField } from '../common/SearchField';
import { useEditable, useProject, useServices, useTree } from '../common/services';
import { found } from './found';
import { TileField } from './TileField';

/** So many tiles are no longer taken in at a glance. */
const MANY = 24;

export function Tiles({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, view } = useServices();
  const project = useProject();
  const editable = useEditable();
  const { blocks } = useTree();
  const everything = useMemo(() => availableKeys(blocks.flatMap(tilesOf)), [blocks]);
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words);
  const shown = useMemo(
    () => found(blocks, wanted, node => titleOf(node, trans)),
    [blocks, wanted, trans]
  );
  const all = useMemo(
    () => (shown === blocks ? everything : availableKeys(shown.flatMap(tilesOf))),
    [blocks, everything, shown]
  );
  const select = (selected: readonly Key[]): void => project.select(prompt.key, selected);
  if (everything.length === 0 && prompt.selected.length === 0) {
    return (
      <EmptyState
        title={trans.__('There is no context to select')}
        text={trans.__('Put text into a block first; it can be taken into any prompt.')}
      >
        <Button onClick={() => view.state.patch({ tab: 'context' })}>
          {trans.__('Go to the context')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className="pf-TileArea">
      <div className="pf-TileActions">
        {editable && (
          <>
            <button
              type="button"
              className="pf-Link"
              data-testid="pf-select-all"
              onClick={() => select(shown === blocks ? all : withAll(prompt.selected, all))}
            >
              {trans.__('Select all')}
            </button>
            <button
              type="button"
              className="pf-Link"
              data-testid="pf-select-none"
              // A button that is disabled while it has the focus would swallow Ctrl+Z.
              aria-disabled={prompt.selected.length === 0}
              onClick={() =>
                prompt.selected.length > 0 &&
                select(shown === blocks ? [] : without(prompt.selected, all))
              }
            >
              {trans.__('Clear')}
            </button>
          </>
        )}
        {(everything.length >= MANY || words !== '') && (
          <SearchField
            value={words}
            label={trans.__('Find tiles')}
            testId="pf-tile-search"
            onChange={setWords}
            onKeyDown={event => {
              if (event.key === 'Escape' && words !== '') {
                event.stopPropagation();
                event.preventDefault();
                setWords('');
              }
            }}
          />
        )}
      </div>
      {shown.length === 0 && (
        <p className="pf-Hint" role="status" data-testid="pf-no-tiles">
          {trans.__('Nothing has “%1”.', words.trim())}
        </p>
      )}
      <TileField key={prompt.key} prompt={prompt} blocks={shown} everything={all} />
    </div>
  );
}
