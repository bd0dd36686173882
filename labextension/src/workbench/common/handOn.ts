/** Keys that an editor would take for itself, and that are shortcuts of JupyterLab here. */

/** By this number JupyterLab's keyboard layouts know the key. */
const ENTER = 13;

/**
 * Ctrl+Enter or Cmd+Enter is an empty line to CodeMirror. What stands around the editor gets it
 * instead, and from there JupyterLab looks for a shortcut, whatever it is set to.
 */
export function handOn(event: React.KeyboardEvent<HTMLElement>): void {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key !== 'Enter' || !(ctrlKey || metaKey) || event.target === event.currentTarget) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const modifiers = { ctrlKey, metaKey, altKey, shiftKey };
  event.currentTarget.dispatchEvent(
    new KeyboardEvent('keydown', {
      ...modifiers,
      key,
      code,
      keyCode: ENTER,
      bubbles: true,
      cancelable: true
    })
  );
}
