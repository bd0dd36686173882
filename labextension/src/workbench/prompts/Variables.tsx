/** A field for each `{{name}}` of the template that the prompt itself gives a value. */
import { variablesIn } from '../../state/placeholders';
import type { PromptNode } from '../../state/tree';
import { useEditable, useProject, useServices } from '../common/services';

export function Variables({ prompt }: { prompt: PromptNode }): React.JSX.Element | null {
  const { trans } = useServices();
  const names = variablesIn(prompt.template);
  const missing = names.filter(name => !(name in prompt.variables));
  if (names.length === 0) {
    return null;
  }
  return (
    <section
      className="pf-Variables"
      aria-label={trans.__('Variables')}
      data-testid="pf-variables"
      data-missing={missing.length}
    >
      <div className="pf-Variables-head">
        <span>{trans.__('Variables')}</span>
        {missing.length > 0 && (
          <span className="pf-Variables-missing" data-testid="pf-missing-variables">
            {trans._n('%1 without a value', '%1 without a value', missing.length)}
          </span>
        )}
      </div>
      {names.map(name => (
        <Variable key={`${prompt.key} ${name}`} prompt={prompt} name={name} />
      ))}
    </section>
  );
}

function Variable({ prompt, name }: { prompt: PromptNode; name: string }): React.JSX.Element {
  const { trans } = useServices();
  const project = useProject();
  const editable = useEditable();
  const missing = !(name in prompt.variables);
  const set = (value: string): void => {
    const others = Object.entries(prompt.variables).filter(([other]) => other !== name);
    const variables = Object.fromEntries(value === '' ? others : [...others, [name, value]]);
    project.updatePrompt(prompt.key, { variables });
  };
  return (
    <label className={`pf-Variable ${missing ? 'pf-mod-missing' : ''}`}>
      <span className="pf-Variable-name" title={name}>
        {name}
      </span>
      <textarea
        className="jp-mod-styled"
        rows={1}
        value={prompt.variables[name] ?? ''}
        placeholder={trans.__('no value yet')}
        data-testid={`pf-variable-${name}`}
        readOnly={!editable}
        data-lm-suppress-shortcuts="true"
        onChange={event => set(event.target.value)}
      />
    </label>
  );
}
