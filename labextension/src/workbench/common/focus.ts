/** Gives the focus back to where it was, or to what stands there now. */

const FOCUSABLE = 'button, [href], input, select, textarea, summary, [tabindex]';

/** Remember what has the focus; the function that is returned gives it back. */
export function rememberFocus(): () => void {
  const path: HTMLElement[] = [];
  for (let at = document.activeElement; at instanceof HTMLElement; at = at.parentElement) {
    path.push(at);
  }
  return () => {
    // A button may have done its work and be gone: "Set up a provider", once there is one.
    const there = path.find(element => element.isConnected);
    if (there === path[0]) {
      there?.focus();
    } else if (there && there !== document.body) {
      focusWithin(there);
    }
  };
}

/** Give the focus to the first place in an element that takes it. */
export function focusWithin(element: HTMLElement): void {
  [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].find(isReachable)?.focus();
}

function isReachable(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && element.checkVisibility() && !element.matches(':disabled');
}
