/** The button that names the model, and the list that opens from it. */
import { caretDownEmptyIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { ModelConfig } from '../../api/types';
import type { Choice, ProviderModels } from '../../state/sending';
import { Popover } from '../common/Popover';
import { useServices } from '../common/services';
import { ModelList } from './ModelList';

interface ModelPickerProps {
  choice: Choice | null;
  groups: readonly ProviderModels[];
  configs: readonly ModelConfig[];
  disabled: boolean;
  onModel: (name: string) => void;
  onConfig?: (config: ModelConfig) => void;
}

export function ModelPicker(props: ModelPickerProps): React.JSX.Element {
  const { choice, groups, configs, disabled, onModel, onConfig } = props;
  const { trans } = useServices();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const done = (): void => {
    setAnchor(null);
    anchor?.focus();
  };
  const model = choice ? (choice.info?.name ?? choice.model) : '';
  const text = choice?.config?.name ?? model;
  return (
    <>
      <button
        type="button"
        className="pf-ModelButton"
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        aria-label={trans.__('Model: %1', text)}
        title={choice?.config ? `${text} · ${model}` : `${choice?.provider ?? ''} · ${model}`}
        data-testid="pf-model"
        data-model={choice ? `${choice.provider}/${choice.model}` : undefined}
        disabled={disabled || choice === null}
        onClick={event => setAnchor(anchor ? null : event.currentTarget)}
      >
        <span className="pf-ModelButton-name">{text}</span>
        {choice?.config && <span className="pf-ModelButton-note">{model}</span>}
        <caretDownEmptyIcon.react tag="span" elementSize="normal" />
      </button>
      {anchor && (
        <Popover
          anchor={anchor}
          label={trans.__('Choose a model')}
          testId="pf-model-popover"
          onClose={() => setAnchor(null)}
        >
          <ModelList
            chosen={choice}
            groups={groups}
            configs={onConfig ? configs : []}
            onModel={name => {
              onModel(name);
              done();
            }}
            onConfig={config => {
              onConfig?.(config);
              done();
            }}
          />
        </Popover>
      )}
    </>
  );
}
