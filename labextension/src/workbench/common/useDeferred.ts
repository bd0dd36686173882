/** Deletes a little later, so that the person can still take it back. */
import { useCallback, useEffect, useRef, useState } from 'react';

const TIME = 8000;

interface Deferred<T> {
  /** What is about to be deleted: no longer shown in lists. */
  waiting: T | null;
  defer: (one: T) => void;
  takeBack: () => void;
}

/** Deletes at the latest when the dialog closes; what a crash hinders stays where it was. */
export function useDeferred<T>(remove: (one: T) => void): Deferred<T> {
  const [waiting, setWaiting] = useState<T | null>(null);
  const due = useRef<{ one: T; timer: ReturnType<typeof setTimeout> } | null>(null);
  const removing = useRef(remove);
  useEffect(() => {
    removing.current = remove;
  }, [remove]);
  const settle = useCallback((): void => {
    if (due.current) {
      clearTimeout(due.current.timer);
      const { one } = due.current;
      due.current = null;
      removing.current(one);
    }
  }, []);
  useEffect(() => {
    window.addEventListener('pagehide', settle);
    return () => {
      window.removeEventListener('pagehide', settle);
      settle();
    };
  }, [settle]);
  return {
    waiting,
    defer: one => {
      settle();
      setWaiting(one);
      const timer = setTimeout(() => {
        settle();
        setWaiting(null);
      }, TIME);
      due.current = { one, timer };
    },
    takeBack: () => {
      if (due.current) {
        clearTimeout(due.current.timer);
        due.current = null;
      }
      setWaiting(null);
    }
  };
}
