/** Two panes with a divider that moves by mouse, touch and keys. */
import { useRef } from 'react';
import { useServices, useView } from './services';

interface SplitterProps {
  /** Names the divider; its place is kept under this name. */
  name: string;
  label: string;
  direction: 'row' | 'column';
  /** Share of the first pane in per cent, until it is moved. */
  initial: number;
  first: React.ReactNode;
  /** Without a second pane the first has all the room, and nothing is built anew. */
  second: React.ReactNode | null;
}

const LEAST = 12;

export function Splitter(props: SplitterProps): React.JSX.Element {
  const { name, label, direction, initial, first, second } = props;
  const { view } = useServices();
  const host = useRef<HTMLDivElement>(null);
  const share = useView(state => state.sizes[name]) ?? initial;
  const set = (percent: number): void =>
    view.resize(name, Math.min(100 - LEAST, Math.max(LEAST, percent)));
  const follow = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId) && host.current) {
      const box = host.current.getBoundingClientRect();
      set(
        direction === 'row'
          ? ((event.clientX - box.left) / box.width) * 100
          : ((event.clientY - box.top) / box.height) * 100
      );
    }
  };
  const keys: Record<string, number> =
    direction === 'row' ? { ArrowLeft: -2, ArrowRight: 2 } : { ArrowUp: -2, ArrowDown: 2 };
  return (
    <div ref={host} className={`pf-Split pf-mod-${direction}`}>
      <div className="pf-Split-pane" style={{ flexBasis: `${second === null ? 100 : share}%` }}>
        {first}
      </div>
      {second !== null && (
        <>
          <div
            className="pf-Split-divider"
            role="separator"
            tabIndex={0}
            aria-label={label}
            aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
            aria-valuenow={Math.round(share)}
            aria-valuemin={LEAST}
            aria-valuemax={100 - LEAST}
            data-testid={`pf-divider-${name}`}
            onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={follow}
            onDoubleClick={() => set(initial)}
            onKeyDown={event => {
              const step = keys[event.key];
              if (step !== undefined) {
                event.preventDefault();
                set(share + step);
              }
            }}
          />
          <div className="pf-Split-pane" style={{ flexBasis: `${100 - share}%` }}>
            {second}
          </div>
        </>
      )}
    </div>
  );
}
