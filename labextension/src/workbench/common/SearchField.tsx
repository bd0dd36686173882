/** A field to look for something, with the sign of it. */
import { searchIcon } from '@jupyterlab/ui-components';

interface SearchFieldProps {
  value: string;
  label: string;
  testId: string;
  /** It takes the focus when its dialog opens. */
  focused?: boolean;
  onChange: (text: string) => void;
  onKeyDown?: (event: React.KeyboardEvent<HTMLInputElement>) => void;
}

export function SearchField(props: SearchFieldProps): React.JSX.Element {
  const { value, label, testId, focused, onChange, onKeyDown } = props;
  return (
    <span className="pf-Search">
      <searchIcon.react tag="span" elementSize="normal" />
      <input
        type="search"
        className="jp-mod-styled"
        data-autofocus={focused}
        value={value}
        placeholder={label}
        aria-label={label}
        data-testid={testId}
        onChange={event => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </span>
  );
}
