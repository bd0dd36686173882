/** Asks for what a template leaves open, before it is sent: its variables, and which context. */
import { runIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Template } from '../../api/types';
import { selectedChars } from '../../state/selection';
import type { ContextSource } from '../../state/templateRuns';
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { characters } from '../common/numbers';
import { useProject, useServices, useView } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { Select } from '../split/fields';
import { templateQuery } from './actions';
import { planOf, runTemplate } from './running';

export default function RunTemplateDialog(): React.JSX.Element | null {
  const { session } = useServices();
  const id = useView(state => state.template);
  const { data } = useQuery(templateQuery(session, id));
  return data ? <RunTemplate template={data} /> : null;
}

function RunTemplate({ template }: { template: Template }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const [plan] = useState(() => planOf(services, project, template));
  const [values, setValues] = useState(plan.values);
  const [from, setFrom] = useState<string>(plan.contexts[0]?.name ?? 'none');
  const tellContext = useContextNames();
  const form = useId();
  const ready = plan.variables.every(name => (values[name] ?? '') !== '');
  const close = (): void => view.state.patch({ dialog: null, template: null });
  const run = (): void => {
    close();
    const context = plan.contexts.find(one => one.name === from);
    void runTemplate(services, project, template, plan, values, context);
  };
  return (
    <Modal
      title={trans.__('Run “%1”', template.name)}
      testId="pf-run-template"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{trans.__('Cancel')}</Button>
          <Button
            kind="accept"
            icon={runIcon}
            testId="pf-run-template-send"
            disabled={!ready}
            onClick={run}
          >
            {trans.__('Send')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="pf-SaveAnswer"
        onSubmit={event => {
          event.preventDefault();
          if (ready) {
            run();
          }
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.currentTarget.requestSubmit();
          }
        }}
      >
        {plan.variables.map((name, place) => (
          <div key={name} className="pf-Field">
            <label htmlFor={`${form} ${name}`}>{name}</label>
            <textarea
              id={`${form} ${name}`}
              className="jp-mod-styled"
              rows={2}
              data-autofocus={place === 0 || undefined}
              value={values[name] ?? ''}
              data-testid={`pf-run-variable-${name}`}
              onChange={event => setValues({ ...values, [name]: event.target.value })}
            />
          </div>
        ))}
        {plan.contexts.length > 0 && (
          <Select
            label={trans.__('Context')}
            value={from}
            options={plan.contexts.map(one => [one.name, tellContext(one)] as const)}
            testId="pf-run-context"
            onChange={setFrom}
          />
        )}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}

function useContextNames(): (source: ContextSource) => string {
  const { trans, language } = useServices();
  const project = useProject();
  return ({ name, prompt, selected }) => {
    const much = characters(selectedChars(project.tree, selected), trans, language);
    return name === 'none'
      ? trans.__('No context')
      : prompt
        ? trans.__('As selected in “%1”: %2', promptTitle(prompt, trans), much)
        : trans.__('All context: %1', much);
  };
}
