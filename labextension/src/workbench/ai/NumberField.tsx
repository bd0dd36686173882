/** A number between limits that may be left out. */
import { useId, useState } from 'react';

interface NumberFieldProps {
  name: string;
  label: string;
  /** What holds where nothing is entered. */
  hint: string;
  least: number;
  most: number;
  step: number;
  whole?: boolean;
  value: number | null | undefined;
  onChange: (value: number | null) => void;
}

export function NumberField(props: NumberFieldProps): React.JSX.Element {
  const { name, label, hint, least, most, step, whole, value, onChange } = props;
  const id = useId();
  // While it is typed the field shows what was typed: "0" is on the way to "0.05".
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className="pf-NumberField">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="jp-mod-styled"
        type="number"
        inputMode="decimal"
        min={least}
        max={most}
        step={step}
        value={typed ?? value ?? ''}
        placeholder={hint}
        data-testid={`pf-${name}`}
        onChange={event => {
          const number = event.target.valueAsNumber;
          setTyped(event.target.value);
          if (Number.isNaN(number)) {
            onChange(null);
          } else {
            const kept = Math.min(most, Math.max(least, number));
            onChange(whole ? Math.round(kept) : kept);
          }
        }}
        onBlur={event => {
          setTyped(null);
          if (event.target.validity.badInput) {
            event.target.value = ''; // to React it is empty already
          }
        }}
      />
    </div>
  );
}
