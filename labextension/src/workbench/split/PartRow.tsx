/** One part: whether it is taken, the name it will have, how it begins, how long it is. */
import type { SplitPart, SplitWarning } from '../../api/types';
import { characters, exact, tokens } from '../common/numbers';
import { useServices } from '../common/services';

interface PartRowProps {
  id: string;
  part: SplitPart;
  exactTokens: boolean;
  place: number;
  count: number;
  /** null: it is left out. */
  title: string | null;
  active: boolean;
  top: number;
  onToggle: (range: boolean) => void;
}

export function PartRow(props: PartRowProps): React.JSX.Element {
  const { id, part, exactTokens, place, count, title, active, top, onToggle } = props;
  const { trans, language } = useServices();
  const words: Record<SplitWarning, string> = {
    blank: trans.__('blank'),
    long: trans.__('long'),
    midWord: trans.__('begins inside a word')
  };
  return (
    <div
      id={id}
      role="option"
      className={`pf-Part ${active ? 'pf-mod-active' : ''}`}
      aria-selected={title !== null}
      aria-setsize={count}
      aria-posinset={place + 1}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="pf-split-part"
      data-place={place}
      onClick={event => onToggle(event.shiftKey)}
    >
      <span className="pf-Part-check" aria-hidden="true" />
      <span className="pf-Part-text">
        <span className="pf-Part-title">{title ?? trans.__('left out')}</span>
        <span className="pf-Part-line">{part.firstLine || trans.__('(nothing to see)')}</span>
      </span>
      {part.warnings.map(warning => (
        <span key={warning} className="pf-Chip pf-mod-warn" data-warning={warning}>
          {words[warning]}
        </span>
      ))}
      <span className="pf-Count" title={characters(part.chars, trans, language)}>
        {typeof part.tokens !== 'number'
          ? exact(part.chars, language)
          : tokens(part.tokens, exactTokens, trans, language)}
      </span>
    </div>
  );
}
