/** Keeps how far something is scrolled, over a move of the panel and over other tabs. */
import { useEffect } from 'react';
import { useServices } from './services';

/** What is laid out later than this is not waited for. */
const PATIENCE = 2000;

export function useKeptScroll(find: () => HTMLElement | null, name: string): void {
  const { view } = useServices();
  const element = find();
  useEffect(() => {
    const host = element ?? find();
    return host ? keepScroll(host, view.scrolls, name) : undefined;
    // Only another element, or another name for it, is another place to keep.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [element, view, name]);
}

function keepScroll(host: HTMLElement, kept: Map<string, number>, name: string): () => void {
  const wanted = kept.get(name) ?? 0;
  let reached = wanted === 0;
  const reach = (): void => {
    if (!reached) {
      host.scrollTop = wanted;
      if (Math.abs(host.scrollTop - wanted) < 2) {
        settle();
      }
    }
  };
  // Texts are laid out after what they stand in.
  const observer = new ResizeObserver(reach);
  const timer = setTimeout(() => settle(), PATIENCE);
  const settle = (): void => {
    reached = true;
    observer.disconnect();
    clearTimeout(timer);
  };
  const keep = (): void => {
    if (reached) {
      kept.set(name, host.scrollTop);
    }
  };
  for (const child of host.children) {
    observer.observe(child);
  }
  reach();
  host.addEventListener('scroll', keep, { passive: true });
  host.addEventListener('wheel', settle, { passive: true });
  return () => {
    settle();
    host.removeEventListener('scroll', keep);
    host.removeEventListener('wheel', settle);
  };
}
