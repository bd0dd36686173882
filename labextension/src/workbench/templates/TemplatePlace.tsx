/** What the right of the library shows: a template, its editor, its versions, or what to do next. */
import { useQuery } from '@tanstack/react-query';
import type { ProjectModel } from '../../state/project';
import { findPrompt } from '../../state/tree';
import { EmptyState } from '../common/EmptyState';
import { useServices, useView } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { loadInto, promptFrom, removeTemplate, tellRemoved, templateQuery } from './actions';
import { startRun } from './running';
import { TemplateDetail } from './TemplateDetail';
import { TemplateForm } from './TemplateForm';
import { VersionList } from './VersionList';

export type Mode = 'look' | 'edit' | 'versions' | 'new';

interface TemplatePlaceProps {
  project: ProjectModel | null;
  id: string | null;
  mode: Mode;
  setMode: (mode: Mode) => void;
  setDirty: (dirty: boolean) => void;
  saved: (id: string) => void;
  close: () => void;
}

export function TemplatePlace(props: TemplatePlaceProps): React.JSX.Element {
  const { id, mode, setMode, setDirty, saved, close } = props;
  // Into a project that may only be read, nothing is put.
  const project = props.project?.editable ? props.project : null;
  const services = useServices();
  const { session, view, trans } = services;
  const promptKey = useView(state => state.promptKey);
  const { data, error } = useQuery(templateQuery(session, id));
  if (mode === 'new') {
    return (
      <TemplateForm
        template={null}
        setDirty={setDirty}
        saved={made => saved(made.id)}
        cancel={() => setMode('look')}
      />
    );
  }
  if (id === null) {
    return (
      <EmptyState
        title={trans.__('Choose a template')}
        text={trans.__('Its text is shown here, and goes into a prompt with one click.')}
      />
    );
  }
  if (!data) {
    const gone = data === null;
    return (
      <EmptyState
        title={gone ? trans.__('This template is not there any more') : trans.__('Loading…')}
        text={gone ? undefined : error?.message}
      />
    );
  }
  switch (mode) {
    case 'edit':
      return (
        <TemplateForm
          template={data}
          setDirty={setDirty}
          saved={made => saved(made.id)}
          cancel={() => setMode('look')}
        />
      );
    case 'versions':
      return <VersionList template={data} back={() => setMode('look')} />;
    default: {
      const prompt =
        project && (findPrompt(project.tree, promptKey) ?? project.tree.prompts[0] ?? null);
      return (
        <TemplateDetail
          template={data}
          load={
            project && prompt
              ? {
                  into: promptTitle(prompt, trans),
                  run: () => {
                    void loadInto(services, project, prompt, data);
                    view.openPrompt(prompt.key);
                    close();
                  }
                }
              : null
          }
          asPrompt={
            project &&
            (() => {
              void promptFrom(services, project, data);
              close();
            })
          }
          run={
            project &&
            (() => {
              tellRemoved(services);
              startRun(services, project, data);
            })
          }
          edit={() => setMode('edit')}
          versions={() => setMode('versions')}
          remove={() => {
            removeTemplate(services, data);
            view.state.patch({ template: null });
          }}
        />
      );
    }
  }
}
