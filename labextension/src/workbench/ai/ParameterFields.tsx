/** Fields for what a model may be told beside the text: only those it really takes. */
import { useId } from 'react';
import type { ModelInfo, Parameters } from '../../api/types';
import { takes } from '../../state/sending';
import { exact } from '../common/numbers';
import { useServices } from '../common/services';
import { NumberField } from './NumberField';

interface ParameterFieldsProps {
  info: ModelInfo | null;
  value: Parameters;
  onChange: (next: Parameters) => void;
}

export function ParameterFields({
  info,
  value,
  onChange
}: ParameterFieldsProps): React.JSX.Element {
  const { trans, language } = useServices();
  const set = (change: Parameters): void => onChange({ ...value, ...change });
  const own = trans.__("the model's own");
  const system = useId();
  const refused = [
    takes(info, 'temperature') ? null : trans.__('temperature'),
    takes(info, 'topP') ? null : trans.__('top-p')
  ].filter(name => name !== null);
  return (
    <div className="pf-Parameters">
      {takes(info, 'temperature') && (
        <NumberField
          name="temperature"
          label={trans.__('Temperature')}
          hint={own}
          least={0}
          most={2}
          step={0.1}
          value={value.temperature}
          onChange={temperature => set({ temperature })}
        />
      )}
      {takes(info, 'topP') && (
        <NumberField
          name="top-p"
          label={trans.__('Top-p')}
          hint={own}
          least={0.01}
          most={1}
          step={0.05}
          value={value.topP}
          onChange={topP => set({ topP })}
        />
      )}
      {takes(info, 'maxTokens') && (
        <NumberField
          name="max-tokens"
          label={trans.__('Longest answer, tokens')}
          hint={info?.maxOutput ? trans.__('up to %1', exact(info.maxOutput, language)) : own}
          least={1}
          most={info?.maxOutput ?? 10_000_000}
          step={1}
          whole
          value={value.maxTokens}
          onChange={maxTokens => set({ maxTokens })}
        />
      )}
      <NumberField
        name="max-cost"
        label={trans.__('Most it may cost, $')}
        hint={trans.__('no limit')}
        least={0.000001}
        most={10_000}
        step={0.01}
        value={value.maxCost}
        onChange={maxCost => set({ maxCost })}
      />
      <NumberField
        name="timeout"
        label={trans.__('Longest wait, seconds')}
        hint={trans.__('no limit')}
        least={1}
        most={7200}
        step={1}
        whole
        value={value.timeout}
        onChange={timeout => set({ timeout })}
      />
      <div className="pf-Field">
        <label htmlFor={system}>{trans.__('System message')}</label>
        <textarea
          id={system}
          className="jp-mod-styled"
          rows={3}
          value={value.system ?? ''}
          placeholder={trans.__('none')}
          data-testid="pf-system"
          onChange={event => set({ system: event.target.value === '' ? null : event.target.value })}
        />
      </div>
      {refused.length > 0 && (
        <p className="pf-Hint">{trans.__('This model takes no %1.', refused.join(', '))}</p>
      )}
    </div>
  );
}
