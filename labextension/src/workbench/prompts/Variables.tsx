/** A field for each `{{name}}` of the template that the prompt itself gives a value. */
import type { PromptNode } from '../../state/tree';
import { useEditable, useProject, useServices } from '../common/services';

const NAME = /(?<!\\)\{\{\s*([^{}\n]{1,100}?)\s*\}\}/gu;
const BUILT_IN = new Set(['context', 'date', 'project', 'prompt']);

/** The names a template asks for; only to show fields, the server does the replacing. */
function namesIn(template: string): string[] {
  const names = [...template.matchAll(NAME)].map(match => match[1] ?? '');
  return [...new Set(names)].filter(name => name !== '' && !BUILT_IN.has(name.toLowerCase()));
}

export function Variables({ prompt }: { prompt: PromptNode }): React.JSX.Element | null {
  const names = namesIn(prompt.template);
  return names.length > 0 ? (
    <div className="pf-Variables" data-testid="pf-variables">
      {names.map(name => (
        <Variable key={`${prompt.key} ${name}`} prompt={prompt} name={name} />
      ))}
    </div>
  ) : null;
}

function Variable({ prompt, name }: { prompt: PromptNode; name: string }): React.JSX.Element {
  const { trans } = useServices();
  const project = useProject();
  const editable = useEditable();
  const set = (value: string): void => {
    const others = Object.entries(prompt.variables).filter(([other]) => other !== name);
    const variables = Object.fromEntries(value === '' ? others : [...others, [name, value]]);
    project.updatePrompt(prompt.key, { variables });
  };
  return (
    <label className="pf-Variable">
      <span className="pf-Variable-name">{name}</span>
      <input
        className="jp-mod-styled"
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
