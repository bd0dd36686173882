/** How much of the prompt each piece of the context is: a bar, in the order of the text. */
import type { CompiledPiece, CompiledPrompt } from '../../api/types';
import { useServices } from '../common/services';

/** More pieces than this are thinner than a line can be. */
const MOST = 200;

interface SharesProps {
  result: CompiledPrompt;
  told: (piece: CompiledPiece) => string;
}

export function Shares({ result, told }: SharesProps): React.JSX.Element | null {
  const { trans, language } = useServices();
  const { pieces, totalChars, contextChars } = result;
  if (pieces.length === 0 || pieces.length > MOST) {
    return null;
  }
  const share = (contextChars / Math.max(1, totalChars)).toLocaleString(language, {
    style: 'percent'
  });
  const label = trans.__('The context is %1 of the prompt', share);
  const ordered = [...pieces].sort((a, b) => a.start - b.start);
  return (
    <div className="pf-Shares" role="img" aria-label={label} data-testid="pf-shares">
      {ordered.map((piece, place) => (
        <span
          key={piece.start}
          className={`pf-Share ${place % 2 === 0 ? 'pf-mod-even' : 'pf-mod-odd'}`}
          style={{ flexGrow: piece.chars }}
          title={told(piece)}
        />
      ))}
      <span
        className="pf-Share"
        style={{ flexGrow: Math.max(0, totalChars - pieces.reduce((sum, p) => sum + p.chars, 0)) }}
        title={label}
      />
    </div>
  );
}
