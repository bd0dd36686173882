/** A text in which what was looked for is marked. */
import type { Fragment } from '../../api/types';

export function Marked({ fragments }: { fragments: readonly Fragment[] }): React.JSX.Element {
  return (
    <>
      {fragments.map(({ text, hit }, k) =>
        hit ? (
          <mark key={k} className="pf-Mark">
            {text}
          </mark>
        ) : (
          text
        )
      )}
    </>
  );
}
