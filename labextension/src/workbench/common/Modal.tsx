/** A dialog above everything, with the browser's own focus trap and Escape. */
import { closeIcon } from '@jupyterlab/ui-components';
import { useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';
import { IconButton } from './buttons';
import { rememberFocus } from './focus';
import { useTrans } from './services';

interface ModalProps {
  title: string;
  onClose: () => void;
  testId: string;
  /** Form: more than a few fields. Wide: a list beside what is chosen in it. Full: the whole window. */
  size?: 'form' | 'wide' | 'full';
  /** Beside the title. */
  actions?: React.ReactNode;
  children: React.ReactNode;
  footer?: React.ReactNode;
}

export function Modal(props: ModalProps): React.JSX.Element {
  const { title, onClose, testId, size, actions, children, footer } = props;
  const trans = useTrans();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const giveBack = rememberFocus();
    dialog.current?.showModal();
    // A closed dialog takes no focus: React's own `autoFocus` comes too early.
    dialog.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return giveBack;
  }, []);
  // JupyterLab's panels clip what is in them, so dialogs live at the end of the page.
  return createPortal(
    <dialog
      ref={dialog}
      className={`pf-Modal jp-ThemedContainer ${size ? `pf-mod-${size}` : ''}`}
      aria-labelledby={heading}
      data-testid={testId}
      data-lm-suppress-shortcuts="true"
      // Escape asks, as the button does: whether it closes is decided by who opened the dialog.
      // Left to the browser, a second Escape would close it without asking.
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape' && !event.defaultPrevented && !event.nativeEvent.isComposing) {
          event.preventDefault();
          onClose();
        }
      }}
      onCancel={event => {
        if (event.target === event.currentTarget) {
          event.preventDefault();
          onClose();
        }
      }}
      onClose={onClose}
    >
      <header className="pf-Modal-head">
        <h2 id={heading}>{title}</h2>
        {actions}
        <IconButton icon={closeIcon} label={trans.__('Close')} onClick={onClose} />
      </header>
      <div className="pf-Modal-body">{children}</div>
      {footer && <footer className="pf-Modal-foot">{footer}</footer>}
    </dialog>,
    document.body
  );
}
