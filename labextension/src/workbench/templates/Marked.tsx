/** A text in pieces, of which those that were looked for are marked. */
import type { Fragment } from '../../api/types';

export function Marked({ pieces }: { pieces: readonly Fragment[] }): React.JSX.Element {
  return (
    <>
      {pieces.map((piece, place) =>
        // Pieces have no names of their own and never change places.
        piece.hit ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>
      )}
    </>
  );
}
