/** One piece of context that can be taken into the prompt, and the switch for several of them. */
import { memo } from 'react';
import type { TriState } from '../../state/selection';
import { isAvailable } from '../../state/selection';
import { titleOf } from '../context/actions';
import { characters, short } from '../common/numbers';
import { useServices } from '../common/services';
import type { Spot } from './layout';

interface TileProps {
  spot: Spot;
  /** Its number in the order of the selection; null if it is not selected. */
  place: number | null;
  /** The one place that Tab leads to; arrows lead on. */
  focusable: boolean;
  /** How many spots there are, drawn or not. */
  setSize: number;
}

export const Tile = memo(function Tile(props: TileProps): React.JSX.Element {
  const { spot, place, focusable, setSize } = props;
  const { trans, language } = useServices();
  const { node } = spot;
  const title = titleOf(node, trans);
  const available = isAvailable(node) || place !== null;
  return (
    <div
      {...placed(spot, setSize)}
      className={`pf-Tile pf-mod-${node.level}`}
      aria-selected={place !== null}
      aria-disabled={!available}
      tabIndex={focusable ? 0 : -1}
      data-key={node.key}
      data-testid="pf-tile"
      title={
        isAvailable(node)
          ? trans.__('%1 (%2)', title, characters(node.ownChars, trans, language))
          : trans.__('%1 is empty', title)
      }
    >
      <span className="pf-Tile-place" data-testid={place === null ? undefined : 'pf-tile-place'}>
        {place}
      </span>
      <span className="pf-Tile-title">{title}</span>
      <span className="pf-Count">{short(node.ownChars, language)}</span>
    </div>
  );
});

interface SwitchProps {
  spot: Spot;
  state: TriState;
  focusable: boolean;
  /** What it says beside its box. */
  note: string;
  setSize: number;
}

/** Takes all pieces of a block or of an item, or gives all of them back. */
export const Switch = memo(function Switch(props: SwitchProps): React.JSX.Element {
  const { spot, state, focusable, note, setSize } = props;
  const { trans } = useServices();
  const { node, kind, named } = spot;
  const title = titleOf(node, trans);
  const label =
    kind === 'block' ? trans.__('All of “%1”', title) : trans.__('All sub-items of “%1”', title);
  return (
    <div
      {...placed(spot, setSize)}
      className={`pf-TileSwitch pf-mod-${kind}`}
      aria-label={label}
      aria-selected={state === 'all'}
      aria-checked={state === 'some' ? 'mixed' : state === 'all'}
      tabIndex={focusable ? 0 : -1}
      title={label}
      data-state={state}
      data-testid={`pf-tile-${kind}`}
    >
      <span className="pf-TileSwitch-box" data-state={state} aria-hidden="true" />
      {(kind === 'block' || named) && <span className="pf-TileSwitch-title">{title}</span>}
      <span className="pf-Count">{note}</span>
    </div>
  );
});

function placed(
  { id, index, x, y, width, height }: Spot,
  setSize: number
): React.HTMLAttributes<HTMLDivElement> & { 'data-spot': string } {
  return {
    role: 'option',
    'aria-posinset': index + 1,
    'aria-setsize': setSize,
    'data-spot': id,
    style: { left: x, top: y, width, height }
  };
}
