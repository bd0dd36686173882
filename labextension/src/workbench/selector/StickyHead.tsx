/** The head of the block whose tiles are at the top: it stays in sight while they scroll by. */
import { useEffect, useRef, useState } from 'react';
import type { TriState } from '../../state/selection';
import { titleOf } from '../context/actions';
import { useServices } from '../common/services';
import type { Layout, Spot } from './layout';
import { HEAD } from './layout';

interface StickyHeadProps {
  area: HTMLElement | null;
  layout: Layout;
  stateOf: (head: Spot) => TriState;
  noteOf: (head: Spot) => string;
  onPress: (head: Spot) => void;
}

/** For eyes and pointers only: the head itself stays where keys and screen readers find it. */
export function StickyHead(props: StickyHeadProps): React.JSX.Element | null {
  const { area, layout, stateOf, noteOf, onPress } = props;
  const { trans } = useServices();
  const bar = useRef<HTMLDivElement>(null);
  const [id, setId] = useState<string | null>(null);

  useEffect(() => {
    if (!area) {
      return;
    }
    const look = (): void => {
      const found = layout.headAbove(area.scrollTop);
      setId(found?.head.id ?? null);
      if (bar.current && found) {
        // The next head pushes this one away.
        const left = Math.min(0, found.end - area.scrollTop - HEAD);
        bar.current.style.transform = `translateY(${left}px)`;
      }
    };
    look();
    area.addEventListener('scroll', look, { passive: true });
    return () => area.removeEventListener('scroll', look);
  }, [area, layout, id]);

  const head = layout.find(id);
  if (!head) {
    return null;
  }
  const title = titleOf(head.node, trans);
  const state = stateOf(head);
  return (
    <div ref={bar} className="pf-TileSticky" aria-hidden="true" data-testid="pf-tile-sticky">
      <div
        className="pf-TileSwitch pf-mod-block"
        title={trans.__('All of “%1”', title)}
        data-state={state}
        onClick={() => onPress(head)}
      >
        <span className="pf-TileSwitch-box" data-state={state} />
        <span className="pf-TileSwitch-title">{title}</span>
        <span className="pf-Count">{noteOf(head)}</span>
      </div>
    </div>
  );
}
