/** A title that is edited where it stands: Enter keeps, Escape takes back, leaving keeps. */
import { useEffect, useRef, useState } from 'react';

interface TitleFieldProps {
  value: string;
  label: string;
  onDone: (title: string | null) => void;
  testId?: string;
  placeholder?: string;
}

const LONGEST = 200;

export function TitleField({
  value,
  label,
  onDone,
  testId,
  placeholder
}: TitleFieldProps): React.JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const finished = useRef(false);
  // The name the server makes up for a new node may arrive while the person types another one.
  const [initial] = useState(value);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const finish = (keep: boolean): void => {
    if (!finished.current) {
      finished.current = true;
      const title = input.current?.value.trim() ?? '';
      onDone(keep && title !== '' && title !== initial ? title : null);
    }
  };
  return (
    <input
      ref={input}
      className="pf-TitleField jp-mod-styled"
      defaultValue={initial}
      aria-label={label}
      placeholder={placeholder}
      maxLength={LONGEST}
      data-testid={testId}
      data-lm-suppress-shortcuts="true"
      onClick={event => event.stopPropagation()}
      onBlur={() => finish(true)}
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          giveFocusBack(event.currentTarget);
          finish(true);
        } else if (event.key === 'Escape') {
          giveFocusBack(event.currentTarget);
          finish(false);
        }
      }}
    />
  );
}

/** Once the field is gone: to its row, to what stands in its place, or at least to the workbench. */
function giveFocusBack(field: HTMLElement): void {
  const parent = field.parentElement;
  const at = parent ? [...parent.children].indexOf(field) : 0;
  const row = field.closest('[role=treeitem]');
  const shell = field.closest('.pf-Shell');
  setTimeout(() => {
    for (const place of [row, parent?.children[at], shell]) {
      if (document.activeElement === document.body && place instanceof HTMLElement) {
        place.focus();
      }
    }
  });
}
