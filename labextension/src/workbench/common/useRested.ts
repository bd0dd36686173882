/** A value once it rests: what is typed into a search field is looked for after a moment. */
import { useEffect, useState } from 'react';

const REST = 250;

export function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
