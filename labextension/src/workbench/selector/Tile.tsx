/** One piece of context that can be taken into the prompt; its badge is its place. */
import type { ContextNode } from '../../state/tree';
import { titleOf } from '../context/actions';
import { characters, short } from '../common/numbers';
import { useServices } from '../common/services';

interface TileProps {
  node: ContextNode;
  /** Its number in the order of the selection; null if it is not selected. */
  place: number | null;
  available: boolean;
  focusable: boolean;
  onToggle: (range: boolean) => void;
  onKey: (event: React.KeyboardEvent) => void;
}

export function Tile(props: TileProps): React.JSX.Element {
  const { node, place, available, focusable, onToggle, onKey } = props;
  const { trans, language } = useServices();
  const title = titleOf(node, trans);
  return (
    <div
      role="option"
      className={`pf-Tile pf-mod-${node.level}`}
      aria-selected={place !== null}
      aria-disabled={!available}
      tabIndex={focusable ? 0 : -1}
      data-key={node.key}
      data-testid="pf-tile"
      title={
        available
          ? trans.__('%1 (%2)', title, characters(node.ownChars, trans, language))
          : trans.__('%1 is empty', title)
      }
      onClick={event => available && onToggle(event.shiftKey)}
      onKeyDown={available ? onKey : undefined}
    >
      {place !== null && (
        <span className="pf-Tile-place" data-testid="pf-tile-place">
          {place}
        </span>
      )}
      <span className="pf-Tile-title">{title}</span>
      <span className="pf-Count">{short(node.ownChars, language)}</span>
    </div>
  );
}
