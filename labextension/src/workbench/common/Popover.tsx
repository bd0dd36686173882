/** A small window that belongs to a button: closes on Escape and on a click elsewhere. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { rememberFocus } from './focus';

interface PopoverProps {
  /** What it belongs to, and stands above or below of. */
  anchor: Element;
  label: string;
  testId: string;
  onClose: () => void;
  children: React.ReactNode;
}

const GAP = 4;
const MARGIN = 8;

export function Popover(props: PopoverProps): React.JSX.Element {
  const { anchor, label, testId, onClose, children } = props;
  const host = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<React.CSSProperties>({ visibility: 'hidden' });
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) {
      return;
    }
    const put = (): void => {
      const { left, top, bottom } = anchor.getBoundingClientRect();
      const width = element.offsetWidth;
      const above = top > window.innerHeight - bottom;
      setPlace({
        left: Math.max(MARGIN, Math.min(left, window.innerWidth - width - MARGIN)),
        maxHeight: Math.min(460, (above ? top : window.innerHeight - bottom) - GAP - MARGIN),
        ...(above ? { bottom: window.innerHeight - top + GAP } : { top: bottom + GAP })
      });
    };
    put();
    window.addEventListener('resize', put);
    return () => window.removeEventListener('resize', put);
  }, [anchor]);
  useEffect(() => {
    const elsewhere = (event: Event): void => {
      const target = event.target as Node;
      if (!host.current?.contains(target) && !anchor.contains(target)) {
        onClose();
      }
    };
    // The focus is not always in it: what had it may be gone.
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        onClose();
        if (anchor instanceof HTMLElement) {
          anchor.focus();
        }
      }
    };
    document.addEventListener('pointerdown', elsewhere, true);
    document.addEventListener('keydown', escape, true);
    return () => {
      document.removeEventListener('pointerdown', elsewhere, true);
      document.removeEventListener('keydown', escape, true);
    };
  }, [anchor, onClose]);
  // What is not placed yet is hidden, and takes no focus.
  const placed = place.visibility === undefined;
  useEffect(() => {
    if (placed) {
      const first = host.current?.querySelector<HTMLElement>('[data-autofocus], input, button');
      (first ?? host.current)?.focus();
    }
  }, [placed]);
  useEffect(() => {
    const giveBack = rememberFocus();
    // Whoever clicked elsewhere is there already.
    return () => {
      if (document.activeElement === document.body) {
        giveBack();
      }
    };
  }, []);
  return createPortal(
    <div
      ref={host}
      className="pf-Popover jp-ThemedContainer"
      role="dialog"
      tabIndex={-1}
      aria-label={label}
      data-testid={testId}
      data-lm-suppress-shortcuts="true"
      style={place}
      onKeyDown={event => event.stopPropagation()}
      onBlur={event => {
        const next = event.relatedTarget;
        if (next && !event.currentTarget.contains(next) && !anchor.contains(next)) {
          onClose();
        }
      }}
    >
      {children}
    </div>,
    // A dialog is above everything else, and the rest of the page is inert beside it.
    anchor.closest('dialog') ?? document.body
  );
}
