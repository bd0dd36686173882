/** One step of the tour after the other, each beside what it is about. */
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Button } from '../common/buttons';
import { useServices } from '../common/services';
import { tourSteps } from './tour';

const GAP = 10;
const WIDTH = 320;

export default function Tour({ root }: { root: React.RefObject<HTMLElement> }): React.JSX.Element {
  const { trans, view } = useServices();
  const steps = useMemo(() => tourSteps(trans), [trans]);
  const [at, setAt] = useState(0);
  const step = steps[at];
  const [box, setBox] = useState<DOMRect | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const heading = useId();
  const end = (): void => view.state.patch({ dialog: null });

  useLayoutEffect(() => {
    if (!step) {
      return;
    }
    view.state.patch({ tab: step.tab });
    let frame = 0;
    const measure = (): void => {
      const found = step.targets
        .map(id => root.current?.querySelector(`[data-testid="${id}"]`))
        .find(element => element);
      setBox(old => {
        const next = found?.getBoundingClientRect() ?? null;
        return old && next && same(old, next) ? old : next;
      });
      frame = requestAnimationFrame(measure);
    };
    measure();
    return () => cancelAnimationFrame(frame);
  }, [step, root, view]);
  useEffect(() => card.current?.focus(), [at]);

  const last = at === steps.length - 1;
  return createPortal(
    <>
      {box && (
        <div
          className="pf-Tour-mark"
          style={{ left: box.left, top: box.top, width: box.width, height: box.height }}
        />
      )}
      <div
        ref={card}
        className="pf-Tour jp-ThemedContainer"
        role="dialog"
        aria-labelledby={heading}
        tabIndex={-1}
        data-testid="pf-tour"
        style={placeFor(box)}
        onKeyDown={event => {
          event.stopPropagation();
          if (event.key === 'Escape') {
            end();
          } else if (event.key === 'ArrowRight' && !last) {
            setAt(at + 1);
          } else if (event.key === 'ArrowLeft' && at > 0) {
            setAt(at - 1);
          }
        }}
      >
        <h2 className="pf-Tour-title" id={heading}>
          {step?.title}
        </h2>
        <p className="pf-Tour-text">{step?.text}</p>
        <div className="pf-Tour-foot">
          <span className="pf-Note">{trans.__('%1 of %2', at + 1, steps.length)}</span>
          <span className="pf-Bar-space" />
          {!last && (
            <Button testId="pf-tour-end" onClick={end}>
              {trans.__('End')}
            </Button>
          )}
          {at > 0 && (
            <Button testId="pf-tour-back" onClick={() => setAt(at - 1)}>
              {trans.__('Back')}
            </Button>
          )}
          <Button
            kind="accept"
            testId="pf-tour-next"
            onClick={() => (last ? end() : setAt(at + 1))}
          >
            {last ? trans.__('Done') : trans.__('Next')}
          </Button>
        </div>
      </div>
    </>,
    document.body
  );
}

function same(one: DOMRect, other: DOMRect): boolean {
  return (
    one.left === other.left &&
    one.top === other.top &&
    one.width === other.width &&
    one.height === other.height
  );
}

/** Beside what is shown: to its right, to its left, or below its top. */
function placeFor(box: DOMRect | null): React.CSSProperties {
  const { innerWidth, innerHeight } = window;
  if (!box) {
    return { left: (innerWidth - WIDTH) / 2, top: innerHeight / 3 };
  }
  const top = Math.min(Math.max(box.top, GAP), innerHeight - 200);
  if (box.right + GAP + WIDTH < innerWidth) {
    return { left: box.right + GAP, top };
  }
  if (box.left - GAP - WIDTH > 0) {
    return { left: box.left - GAP - WIDTH, top };
  }
  return {
    left: Math.max(GAP, innerWidth - WIDTH - GAP),
    top: Math.min(box.bottom + GAP, top + 80)
  };
}
