/** Which template a prompt is tied to, and whether it still says what the template says. */
import { caretDownEmptyIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import type { PromptNode } from '../../state/tree';
import { libraryIcon } from '../common/icons';
import type { MenuEntry } from '../common/menu';
import { openMenuAt } from '../common/menu';
import { useEditable, useProject, useServices, useStore } from '../common/services';
import { loadInto, saveAs, saveOver, templateQuery } from '../templates/actions';
import { openLibrary } from '../templates/open';

export function TemplateLink({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { session, trans } = services;
  const project = useProject();
  const editable = useEditable();
  const id = prompt.templateId;
  const removed = useStore(session.deletedTemplates.pending);
  const { data } = useQuery(templateQuery(session, id));
  // A template that was deleted ties nothing any more.
  const template = id === null || removed.some(one => one.id === id) ? null : data;
  const differs = !!template && template.content !== prompt.template;
  const keep = {
    label: trans.__('Save as a new template…'),
    run: () => void saveAs(services, project, prompt)
  };
  const changing: (MenuEntry | null)[] = [
    { label: trans.__('Choose a template…'), run: () => openLibrary(services) },
    ...(template
      ? [
          {
            label: trans.__('Show “%1” in the library', template.name),
            run: () => openLibrary(services, template.id)
          },
          null,
          {
            label: trans.__('Load “%1” again', template.name),
            disabled: !differs,
            run: () => void loadInto(services, project, prompt, template)
          },
          {
            label: trans.__('Save to “%1”', template.name),
            disabled: !differs,
            run: () => void saveOver(services, project, prompt, template)
          }
        ]
      : [null]),
    keep,
    ...(template
      ? [
          null,
          {
            label: trans.__('Untie from the template'),
            run: () => project.updatePrompt(prompt.key, { templateId: null })
          }
        ]
      : [])
  ];
  const label = template ? trans.__('Template: %1', template.name) : trans.__('Templates');
  return (
    <button
      type="button"
      className="pf-TemplateLink"
      aria-haspopup="menu"
      aria-label={label}
      data-testid="pf-template-link"
      data-differs={differs}
      title={
        differs ? trans.__('The prompt does not say what the template says any more.') : undefined
      }
      onClick={event => openMenuAt(editable ? changing : [keep], event.currentTarget)}
    >
      <libraryIcon.react tag="span" elementSize="normal" />
      <span className="pf-TemplateLink-name pf-mod-long">{label}</span>
      <span className="pf-TemplateLink-name pf-mod-short" aria-hidden="true">
        {template?.name ?? trans.__('Templates')}
      </span>
      {differs && <span className="pf-TemplateLink-differs">{trans.__('changed')}</span>}
      <caretDownEmptyIcon.react tag="span" elementSize="normal" />
    </button>
  );
}
