/** The buttons of the workbench. */
import type { LabIcon } from '@jupyterlab/ui-components';
import { forwardRef } from 'react';

interface IconButtonProps {
  icon: LabIcon;
  /** Names the button for a screen reader and in its tooltip. */
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  testId?: string;
  disabled?: boolean;
  pressed?: boolean;
  menu?: boolean;
  tabIndex?: number;
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { icon: Icon, label, onClick, testId, disabled, pressed, menu, tabIndex },
  ref
) {
  return (
    <button
      ref={ref}
      type="button"
      className="pf-IconButton"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      aria-haspopup={menu ? 'menu' : undefined}
      data-testid={testId}
      disabled={disabled}
      tabIndex={tabIndex}
      onClick={event => {
        event.stopPropagation();
        onClick(event);
      }}
    >
      <Icon.react tag="span" elementSize="normal" />
    </button>
  );
});

interface ButtonProps {
  children: React.ReactNode;
  onClick: () => void;
  kind?: 'accept' | 'plain' | 'warn';
  icon?: LabIcon;
  testId?: string;
  disabled?: boolean;
  title?: string;
  /** It takes the focus when it appears. */
  focused?: boolean;
}

export function Button(props: ButtonProps): React.JSX.Element {
  const { children, onClick, kind = 'plain', icon: Icon, testId, disabled, title } = props;
  const { focused } = props;
  return (
    <button
      type="button"
      className={`pf-Button pf-mod-${kind}`}
      data-testid={testId}
      disabled={disabled}
      title={title}
      autoFocus={focused}
      onClick={onClick}
    >
      {Icon && <Icon.react tag="span" elementSize="normal" />}
      <span>{children}</span>
    </button>
  );
}
