/** The field of tiles: selected by pointer and keys as in a file manager. */
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  availableKeys,
  between,
  isAvailable,
  switched,
  tilesOf,
  toggled,
  triState,
  withAll
} from '../../state/selection';
import type { ContextNode, Key, PromptNode } from '../../state/tree';
import { titleOf } from '../context/actions';
import { useEditable, useProject, useServices } from '../common/services';
import { useKeptScroll } from '../common/useKeptScroll';
import { blockNote } from './blockNote';
import type { GestureHost, Preview } from './gesture';
import { Gesture } from './gesture';
import type { Spot } from './layout';
import { HEAD } from './layout';
import { StickyHead } from './StickyHead';
import { Switch, Tile } from './Tile';
import { useLayout } from './useLayout';

interface TileFieldProps {
  prompt: PromptNode;
  /** All of the context, or what was found in it. */
  blocks: readonly ContextNode[];
  everything: readonly Key[];
}

export function TileField({ prompt, blocks, everything }: TileFieldProps): React.JSX.Element {
  const { trans, language } = useServices();
  const project = useProject();
  const editable = useEditable();
  const [area, setArea] = useState<HTMLDivElement | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  /** The tile a range starts from. */
  const [last, setLast] = useState<Key | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const moved = useRef(false);
  const { layout, drawn, look } = useLayout(area, prompt, blocks);
  useKeptScroll(() => area, `tiles ${prompt.key}`);
  const selected = preview?.selected ?? prompt.selected;

  const select = (next: readonly Key[]): void => {
    const same =
      next.length === prompt.selected.length && next.every((key, k) => key === prompt.selected[k]);
    if (!same) {
      project.select(prompt.key, next);
    }
  };
  const keysOf = ({ kind, node }: Spot): Key[] =>
    availableKeys(kind === 'block' ? tilesOf(node) : node.children);
  const host: GestureHost = {
    layout: () => layout,
    selected: () => prompt.selected,
    preview: setPreview,
    commit: (next, key) => {
      select(next);
      setLast(old => key ?? old);
    },
    extend: spot => {
      const tiles = blocks.flatMap(tilesOf);
      select(withAll(prompt.selected, between(tiles, last ?? spot.node.key, spot.node.key)));
      setLast(spot.node.key);
    },
    press: spot => select(switched(prompt.selected, keysOf(spot)))
  };
  useGesture(editable ? area : null, host);

  const activate = (spot: Spot, range: boolean): void => {
    if (!editable) {
      return;
    }
    if (spot.kind !== 'tile') {
      host.press(spot);
    } else if (range) {
      host.extend(spot);
    } else if (isAvailable(spot.node) || prompt.selected.includes(spot.node.key)) {
      select(toggled(prompt.selected, spot.node.key));
      setLast(spot.node.key);
    }
  };
  const focus = (spot: Spot | null | undefined): void => {
    if (spot) {
      moved.current = true;
      setFocused(spot.id);
    }
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const spot = layout.find(spotId(event.target));
    if (!spot) {
      return;
    }
    const keys: Record<string, () => void> = {
      ArrowRight: () => focus(layout.from(spot.id, 'next')),
      ArrowLeft: () => focus(layout.from(spot.id, 'previous')),
      ArrowDown: () => focus(layout.from(spot.id, 'below')),
      ArrowUp: () => focus(layout.from(spot.id, 'above')),
      Home: () => focus(layout.spots[0]),
      End: () => focus(layout.spots.at(-1)),
      ' ': () => activate(spot, event.shiftKey),
      Enter: () => activate(spot, event.shiftKey)
    };
    const all = (event.ctrlKey || event.metaKey) && event.code === 'KeyA';
    const act = all ? () => select(withAll(prompt.selected, everything)) : keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };
  useEffect(() => {
    // The tile that a key leads to may have to be drawn first.
    const spot = layout.find(focused);
    if (moved.current && area && spot) {
      moved.current = false;
      reveal(area, spot);
      area.querySelector<HTMLElement>(`[data-spot="${CSS.escape(spot.id)}"]`)?.focus();
    }
  });

  const places = useMemo(() => new Map(selected.map((key, k) => [key, k + 1])), [selected]);
  const noteOf = ({ node }: Spot): string =>
    blockNote(node, tilesOf(node).filter(({ key }) => places.has(key)).length, language);
  const tabStop = layout.find(focused) ?? layout.spots.find(spot => spot.kind === 'tile');
  return (
    <div
      ref={setArea}
      role="listbox"
      aria-multiselectable="true"
      aria-readonly={!editable || undefined}
      aria-label={trans.__('Selected context')}
      className={`pf-TileField ${preview ? 'pf-mod-busy' : ''} ${editable ? '' : 'pf-mod-still'}`}
      data-testid="pf-tiles"
      onScroll={look}
      onKeyDown={onKey}
      onFocus={event => setFocused(spotId(event.target) ?? focused)}
      onClick={event => {
        // Assistive technology clicks without a pointer.
        const spot = event.detail === 0 ? layout.find(spotId(event.target)) : null;
        if (spot) {
          activate(spot, false);
        }
      }}
    >
      <div role="presentation" className="pf-TileCanvas" style={{ height: layout.height }}>
        <StickyHead
          area={area}
          layout={layout}
          stateOf={head => triState(places, keysOf(head))}
          noteOf={noteOf}
          onPress={head => editable && host.press(head)}
        />
        {groupsOf(layout, drawn, tabStop).map(({ block, spots }) => (
          <Group key={block.key} block={block}>
            {spots.map(spot =>
              spot.kind === 'tile' ? (
                <Tile
                  key={spot.id}
                  spot={spot}
                  place={places.get(spot.node.key) ?? null}
                  focusable={spot === tabStop}
                  setSize={layout.spots.length}
                />
              ) : (
                <Switch
                  key={spot.id}
                  spot={spot}
                  state={triState(places, keysOf(spot))}
                  note={spot.kind === 'block' ? noteOf(spot) : String(spot.node.children.length)}
                  focusable={spot === tabStop}
                  setSize={layout.spots.length}
                />
              )
            )}
          </Group>
        ))}
        {preview?.band && (
          <div
            className="pf-Band"
            aria-hidden="true"
            style={{
              left: preview.band.left,
              top: preview.band.top,
              width: preview.band.right - preview.band.left,
              height: preview.band.bottom - preview.band.top
            }}
          />
        )}
      </div>
    </div>
  );
}

interface GroupProps {
  block: ContextNode;
  children: React.ReactNode;
}

function Group({ block, children }: GroupProps): React.JSX.Element {
  const { trans } = useServices();
  return (
    <div role="group" aria-label={titleOf(block, trans)}>
      {children}
    </div>
  );
}

/** The spots to draw, by block; the one that Tab leads to is always among them. */
function groupsOf(
  { rows }: { rows: readonly { block: ContextNode; spots: Spot[] }[] },
  [first, end]: [number, number],
  tabStop: Spot | undefined
): { block: ContextNode; spots: Spot[] }[] {
  const places = rows.slice(first, end).map((_, k) => first + k);
  if (tabStop && (tabStop.row < first || tabStop.row >= end)) {
    places.push(tabStop.row);
    places.sort((a, b) => a - b);
  }
  const groups: { block: ContextNode; spots: Spot[] }[] = [];
  for (const place of places) {
    const row = rows[place];
    const group = groups.at(-1);
    if (row && group?.block === row.block) {
      group.spots.push(...row.spots);
    } else if (row) {
      groups.push({ block: row.block, spots: [...row.spots] });
    }
  }
  return groups;
}

function useGesture(area: HTMLElement | null, host: GestureHost): void {
  const latest = useRef(host);
  useEffect(() => {
    latest.current = host;
  });
  useEffect(() => {
    if (!area) {
      return;
    }
    const gesture = new Gesture(area, {
      layout: () => latest.current.layout(),
      selected: () => latest.current.selected(),
      preview: preview => latest.current.preview(preview),
      commit: (selected, key) => latest.current.commit(selected, key),
      extend: spot => latest.current.extend(spot),
      press: spot => latest.current.press(spot)
    });
    return () => gesture.dispose();
  }, [area]);
}

function spotId(target: EventTarget): string | null {
  return target instanceof Element
    ? (target.closest<HTMLElement>('[data-spot]')?.dataset['spot'] ?? null)
    : null;
}

/** Below the head that stays at the top. */
function reveal(area: HTMLElement, { kind, y, height }: Spot): void {
  const top = kind === 'block' ? y : y - HEAD;
  if (top < area.scrollTop) {
    area.scrollTop = top;
  } else if (y + height > area.scrollTop + area.clientHeight) {
    area.scrollTop = y + height - area.clientHeight;
  }
}
