/** Which pieces of context a prompt takes, and in which order. */
import { useRef, useState } from 'react';
import {
  availableKeys,
  between,
  isAvailable,
  selectedChars,
  tilesOf,
  toggled,
  triState,
  without,
  withAll
} from '../../state/selection';
import type { ContextNode, Key, PromptNode } from '../../state/tree';
import { charsOf } from '../../state/tree';
import { titleOf } from '../context/actions';
import { Button } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { characters, short } from '../common/numbers';
import { Section } from '../common/Section';
import { useProject, useServices, useTree } from '../common/services';
import { Tile } from './Tile';

export function SelectorSection({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <Section
      name="selector"
      title={trans.__('Selected context')}
      note={<SelectionNote prompt={prompt} />}
    >
      <Tiles prompt={prompt} />
    </Section>
  );
}

export function Selector({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <div className="pf-Selector" data-testid="pf-section-selector">
      <div className="pf-Bar">
        <span className="pf-Bar-title">{trans.__('Selected context')}</span>
        <span className="pf-Bar-note">
          <SelectionNote prompt={prompt} />
        </span>
      </div>
      <Tiles prompt={prompt} />
    </div>
  );
}

function SelectionNote({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, language } = useServices();
  const tree = useTree();
  const chars = selectedChars(tree, prompt.selected);
  return (
    <span
      data-testid="pf-selected-note"
      data-count={prompt.selected.length}
      title={characters(chars, trans, language)}
    >
      {prompt.selected.length === 0
        ? trans.__('nothing')
        : trans.__('%1 · %2', prompt.selected.length, short(chars, language))}
    </span>
  );
}

function Tiles({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, view } = useServices();
  const project = useProject();
  const { blocks } = useTree();
  const list = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<Key | null>(null);
  const order = new Map(prompt.selected.map((key, k) => [key, k + 1]));
  const groups = blocks
    .map(block => ({ block, tiles: tilesOf(block) }))
    .filter(({ tiles }) => tiles.length > 0);
  const all = groups.flatMap(({ tiles }) => tiles);
  const everything = availableKeys(all);
  const focusable = all.find(tile => tile.key === last)?.key ?? everything[0];
  const select = (selected: readonly Key[]): void => project.select(prompt.key, selected);

  const click = (tile: ContextNode, range: boolean): void => {
    if (range && last !== null) {
      select(withAll(prompt.selected, between(all, last, tile.key)));
    } else {
      select(toggled(prompt.selected, tile.key));
    }
    setLast(tile.key);
  };
  const focus = (from: Key, step: number | 'first' | 'last'): void => {
    const at = everything.indexOf(from);
    const to = step === 'first' ? 0 : step === 'last' ? everything.length - 1 : at + step;
    const key = everything[to];
    if (key !== undefined) {
      list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }
  };
  const onKey = (event: React.KeyboardEvent, tile: ContextNode): void => {
    const keys: Record<string, () => void> = {
      ArrowRight: () => focus(tile.key, 1),
      ArrowDown: () => focus(tile.key, 1),
      ArrowLeft: () => focus(tile.key, -1),
      ArrowUp: () => focus(tile.key, -1),
      Home: () => focus(tile.key, 'first'),
      End: () => focus(tile.key, 'last'),
      ' ': () => click(tile, event.shiftKey),
      Enter: () => click(tile, event.shiftKey),
      ...(event.ctrlKey || event.metaKey
        ? { a: () => select(withAll(prompt.selected, everything)) }
        : {})
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };

  const tileOf = (tile: ContextNode): React.JSX.Element => (
    <Tile
      key={tile.key}
      node={tile}
      place={order.get(tile.key) ?? null}
      available={isAvailable(tile)}
      focusable={tile.key === focusable}
      onToggle={range => click(tile, range)}
      onKey={event => onKey(event, tile)}
    />
  );

  if (everything.length === 0) {
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
        <button
          type="button"
          className="pf-Link"
          data-testid="pf-select-all"
          onClick={() => select(everything)}
        >
          {trans.__('Select all')}
        </button>
        <button
          type="button"
          className="pf-Link"
          data-testid="pf-select-none"
          disabled={prompt.selected.length === 0}
          onClick={() => select([])}
        >
          {trans.__('Clear')}
        </button>
      </div>
      <div
        ref={list}
        role="listbox"
        aria-multiselectable="true"
        aria-label={trans.__('Selected context')}
        className="pf-TileGroups"
        data-testid="pf-tiles"
      >
        {groups.map(({ block, tiles }) => (
          <div key={block.key} role="group" aria-label={titleOf(block, trans)}>
            <BlockHead block={block} tiles={tiles} prompt={prompt} select={select} />
            <div className="pf-Tiles">
              {block.children.map(item =>
                item.children.length === 0 ? (
                  tileOf(item)
                ) : (
                  <div key={item.key} role="presentation" className="pf-TileFamily">
                    {[item, ...item.children].map(tileOf)}
                  </div>
                )
              )}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

interface BlockHeadProps {
  block: ContextNode;
  tiles: readonly ContextNode[];
  prompt: PromptNode;
  select: (selected: readonly Key[]) => void;
}

/** Takes all of a block, or gives all of it back. */
function BlockHead({ block, tiles, prompt, select }: BlockHeadProps): React.JSX.Element {
  const { trans, language } = useServices();
  const keys = availableKeys(tiles);
  const state = triState(new Set(prompt.selected), keys);
  const title = titleOf(block, trans);
  return (
    <label className="pf-TileHead" data-testid="pf-tile-block">
      <input
        type="checkbox"
        checked={state === 'all'}
        disabled={keys.length === 0}
        ref={input => {
          if (input) {
            input.indeterminate = state === 'some';
          }
        }}
        aria-label={trans.__('All of “%1”', title)}
        onChange={() =>
          select(state === 'all' ? without(prompt.selected, keys) : withAll(prompt.selected, keys))
        }
      />
      <span className="pf-TileHead-title">{title}</span>
      <span className="pf-Count">{short(charsOf(block), language)}</span>
    </label>
  );
}
