/** The fields of the split dialog. */
import { useId } from 'react';
import { numberOf } from '../../state/splitForm';
import { DropDown } from '../common/DropDown';

interface FieldProps {
  label: string;
  value: string;
  testId: string;
  onChange: (value: string) => void;
  wrong?: boolean;
  code?: boolean;
  numeric?: boolean;
  placeholder?: string;
  /** Takes the focus when its dialog opens. */
  first?: boolean;
}

export function Field(props: FieldProps): React.JSX.Element {
  const { label, value, testId, onChange, wrong, code, numeric, placeholder, first } = props;
  const id = useId();
  return (
    <div className="pf-Field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={`jp-mod-styled ${code ? 'pf-mod-code' : ''}`}
        value={value}
        inputMode={numeric ? 'numeric' : undefined}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={wrong}
        data-autofocus={first}
        data-testid={testId}
        onChange={event => onChange(event.target.value)}
      />
    </div>
  );
}

export function NumberField(props: FieldProps & { least: number }): React.JSX.Element {
  const { least, ...field } = props;
  return <Field {...field} numeric wrong={numberOf(field.value, least) === null} />;
}

interface CheckProps {
  label: string;
  checked: boolean;
  testId: string;
  onChange: (checked: boolean) => void;
}

export function Check({ label, checked, testId, onChange }: CheckProps): React.JSX.Element {
  return (
    <label className="pf-Choice">
      <input
        type="checkbox"
        checked={checked}
        data-testid={testId}
        onChange={event => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  testId: string;
  onChange: (value: string) => void;
}

export function Select({
  label,
  value,
  options,
  testId,
  onChange
}: SelectProps): React.JSX.Element {
  const id = useId();
  return (
    <div className="pf-Field">
      <label htmlFor={id}>{label}</label>
      <DropDown
        id={id}
        value={value}
        data-testid={testId}
        onChange={event => onChange(event.target.value)}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </DropDown>
    </div>
  );
}
