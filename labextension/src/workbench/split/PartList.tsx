/** The parts a split would make, thousands of them if need be: each can be left out. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useMemo, useRef, useState } from 'react';
import { Failure } from '../common/Failure';
import type { SplitPreview } from '../../api/types';
import { numbersOf } from '../../state/splitForm';
import { characters, exact } from '../common/numbers';
import { useServices } from '../common/services';
import { PartRow } from './PartRow';

interface PartListProps {
  preview: SplitPreview | null;
  /** Another preview is on its way; this one is an older one. */
  waiting: boolean;
  /** The options are not filled in. */
  incomplete: boolean;
  error: string | null;
  /** Asks for the preview once more; null where it is there. */
  retry: (() => void) | null;
  /** How many parts were asked for. */
  wanted: number | null;
  /** The places of the parts that are left out. */
  left: ReadonlySet<number>;
  setLeft: (places: Set<number>) => void;
}

export function PartList(props: PartListProps): React.JSX.Element {
  const { preview, waiting, incomplete, error, retry, wanted, left, setLeft } = props;
  const { trans, language } = useServices();
  const count = preview?.parts.length ?? 0;
  const shown = !incomplete && count > 1;
  const everything = left.size === 0;
  const told = incomplete
    ? trans.__('Fill in how to split.')
    : waiting && !preview
      ? trans.__('Looking where to cut…')
      : count === 0
        ? ''
        : count === 1
          ? trans.__('This leaves the text in one piece.')
          : trans.__(
              '%1 of %2 taken · %3',
              exact(count - left.size, language),
              exact(count, language),
              characters(preview?.chars ?? 0, trans, language)
            );
  return (
    <section
      className={`pf-Parts ${waiting ? 'pf-mod-waiting' : ''}`}
      aria-label={trans.__('Preview of the parts')}
      aria-busy={waiting}
      data-testid="pf-split-preview"
      data-count={shown ? count : 0}
      data-fresh={!waiting && !incomplete && error === null}
    >
      <div className="pf-Parts-head">
        {shown && (
          <input
            type="checkbox"
            checked={everything}
            ref={input => {
              if (input) {
                input.indeterminate = !everything && left.size < count;
              }
            }}
            aria-label={trans.__('All parts')}
            data-testid="pf-split-all"
            onChange={() =>
              setLeft(new Set(everything ? preview?.parts.map((_, place) => place) : []))
            }
          />
        )}
        <span role="status" data-testid="pf-split-status">
          {told}
        </span>
      </div>
      {error !== null && <Failure message={error} testId="pf-split-error" retry={retry} />}
      {shown && wanted !== null && count < wanted && !waiting && (
        <p className="pf-Hint">
          {trans._n(
            'The text has good places for %1 part only.',
            'The text has good places for %1 parts only.',
            count
          )}
        </p>
      )}
      {shown && preview && <Rows preview={preview} left={left} setLeft={setLeft} />}
    </section>
  );
}

const ROW = 44;

interface RowsProps {
  preview: SplitPreview;
  left: ReadonlySet<number>;
  setLeft: (places: Set<number>) => void;
}

function Rows({ preview, left, setLeft }: RowsProps): React.JSX.Element {
  const { trans } = useServices();
  const { parts, titleHead, titleTail } = preview;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [anchor, setAnchor] = useState(0);
  const base = useId();
  const numbers = useMemo(() => numbersOf(parts.length, left), [parts, left]);
  // The library's functions change with what they are given; nothing here is memoised by them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: parts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8
  });

  /** Take or leave a part, or all from the last one touched on. */
  const toggle = (place: number, range: boolean): void => {
    const next = new Set(left);
    const leave = range ? left.has(anchor) : !left.has(place);
    const [first, last] = range
      ? [Math.min(anchor, place), Math.max(anchor, place)]
      : [place, place];
    for (let one = first; one <= last; one++) {
      if (leave) {
        next.add(one);
      } else {
        next.delete(one);
      }
    }
    setLeft(next);
    setAnchor(range ? anchor : place);
    setActive(place);
  };
  const go = (to: number): void => {
    const place = Math.max(0, Math.min(parts.length - 1, to));
    setActive(place);
    rows.scrollToIndex(place);
  };
  const page = (): number => Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 1;
  const onKey = (event: React.KeyboardEvent): void => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      PageDown: () => go(active + page()),
      PageUp: () => go(active - page()),
      Home: () => go(0),
      End: () => go(parts.length - 1),
      ' ': () => toggle(active, event.shiftKey),
      ...(event.ctrlKey || event.metaKey ? { a: () => setLeft(new Set()) } : {})
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  };

  const visible = rows.getVirtualItems();
  const idOf = (place: number): string => `${base}-${place}`;
  return (
    <div
      ref={scroller}
      className="pf-Parts-list"
      role="listbox"
      aria-multiselectable="true"
      aria-label={trans.__('Parts')}
      aria-activedescendant={visible.some(row => row.index === active) ? idOf(active) : undefined}
      tabIndex={0}
      data-testid="pf-split-parts-list"
      onKeyDown={onKey}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {visible.map(row => {
          const part = parts[row.index];
          const number = numbers[row.index] ?? null;
          return (
            part && (
              <PartRow
                key={row.index}
                id={idOf(row.index)}
                part={part}
                exactTokens={preview.exactTokens ?? true}
                place={row.index}
                count={parts.length}
                title={number === null ? null : `${titleHead}${number}${titleTail}`}
                active={row.index === active}
                top={row.start}
                onToggle={range => toggle(row.index, range)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
