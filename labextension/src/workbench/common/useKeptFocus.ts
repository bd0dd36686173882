/** Keeps the focus in a list whose rows come and go: what takes the place of a row gets its focus. */
import { useEffect, useRef } from 'react';

/**
 * @param keys of the rows in their order; a row tells its own in `data-key`.
 * @param focus gives the focus to a row, or to what stands there where no row is left.
 */
export function useKeptFocus(
  keys: readonly string[],
  focus: (key: string | null) => void
): (event: React.FocusEvent) => void {
  const last = useRef<{ key: string; at: number } | null>(null);
  const focusing = useRef(focus);
  const all = keys.join('\n');
  useEffect(() => {
    focusing.current = focus;
  });
  useEffect(() => {
    const had = last.current;
    const now = all === '' ? [] : all.split('\n');
    if (had && !now.includes(had.key)) {
      last.current = null;
      if (document.activeElement === document.body) {
        focusing.current(now[Math.min(had.at, now.length - 1)] ?? null);
      }
    }
  }, [all]);
  useEffect(
    () => () => {
      if (last.current && document.activeElement === document.body) {
        focusing.current(null);
      }
    },
    []
  );
  return ({ target }) => {
    const key = target.closest<HTMLElement>('[data-key]')?.dataset['key'];
    last.current = key === undefined ? null : { key, at: keys.indexOf(key) };
  };
}
