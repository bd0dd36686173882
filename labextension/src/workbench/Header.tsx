/** The line at the top: which project, whether it is saved, and what can be done with it. */
import { caretDownIcon, ellipsesIcon, settingsIcon, usersIcon } from '@jupyterlab/ui-components';
import { LanguageButton } from './LanguageButton';
import { helpIcon } from './common/icons';
import type { ProjectModel } from '../state/project';
import { IconButton } from './common/buttons';
import { entriesOf, openMenuAt } from './common/menu';
import { SaveIndicator } from './common/SaveIndicator';
import { useServices, useStore, useView } from './common/services';
import { undoOrRedo } from './common/undo';
import { TitleField } from './common/TitleField';
import { deleteProject, duplicateProject, exportProject, importFiles } from './projects/actions';

export function Header({ project }: { project: ProjectModel | null }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const settings = (
    <>
      <LanguageButton />
      <IconButton
        icon={settingsIcon}
        label={trans.__('AI providers')}
        testId="pf-open-settings"
        onClick={() => view.state.patch({ dialog: 'settings' })}
      />
      <IconButton
        icon={helpIcon}
        label={trans.__('Help (F1)')}
        testId="pf-open-help"
        onClick={() => view.state.patch({ dialog: 'help' })}
      />
    </>
  );
  return (
    <header className="pf-Header">
      {project ? (
        <ProjectHeader project={project}>{settings}</ProjectHeader>
      ) : (
        <>
          <span className="pf-Header-name">{trans.__('Projects')}</span>
          <span className="pf-Header-space" />
          {settings}
        </>
      )}
    </header>
  );
}

interface ProjectHeaderProps {
  project: ProjectModel;
  children: React.ReactNode;
}

function ProjectHeader({ project, children }: ProjectHeaderProps): React.JSX.Element {
  const services = useServices();
  const { trans, view, openInTab, session } = services;
  const role = useStore(project.state, state => state.role);
  const name = useStore(project.state, state => state.tree.name);
  const browsing = useView(state => state.browsing);
  const renaming = useView(state => state.renaming === project.id);
  const menu = (event: React.MouseEvent<HTMLButtonElement>): void =>
    openMenuAt(
      entriesOf([
        ...(role === 'view'
          ? []
          : [
              {
                label: trans.__('Undo'),
                disabled: project.history.state.get().undo.length === 0,
                run: () => void undoOrRedo(services, project, 'undo')
              },
              {
                label: trans.__('Redo'),
                disabled: project.history.state.get().redo.length === 0,
                run: () => void undoOrRedo(services, project, 'redo')
              },
              null,
              { label: trans.__('Rename project'), run: () => view.rename(project.id) }
            ]),
        role === 'owner' && session.user?.canShare
          ? {
              label: trans.__('Share…'),
              run: () => view.state.patch({ dialog: 'share' })
            }
          : false,
        {
          label: role === 'owner' ? trans.__('Duplicate project') : trans.__('Make a copy'),
          run: () => void duplicateProject(services, project.id)
        },
        {
          label: trans.__('Export project'),
          run: () => void exportProject(services, project.id)
        },
        role !== 'view' && {
          label: trans.__('Import a block or a project…'),
          run: () => void importFiles(services, project.id)
        },
        null,
        {
          label: trans.__('Find in the project…'),
          run: () => view.state.patch({ dialog: 'search' })
        },
        {
          label: trans.__('Versions…'),
          run: () => view.state.patch({ dialog: 'history' })
        },
        openInTab ? { label: trans.__('Open in a tab'), run: openInTab } : false,
        ...(role === 'owner'
          ? [
              null,
              {
                label: trans.__('Delete project…'),
                run: () => void deleteProject(services, { id: project.id, name })
              }
            ]
          : [])
      ]),
      event.currentTarget
    );
  return (
    <>
      {renaming ? (
        <TitleField
          value={name}
          label={trans.__('Name of the project')}
          testId="pf-project-name-field"
          onDone={title => {
            view.rename(null);
            if (title !== null) {
              project.rename(title);
            }
          }}
        />
      ) : (
        <button
          type="button"
          className="pf-Header-project"
          title={trans.__('%1: show all projects', name)}
          aria-expanded={browsing}
          data-testid="pf-project-switch"
          onClick={() => view.state.patch({ browsing: !browsing })}
        >
          <span className="pf-Header-name" data-testid="pf-project-name">
            {name}
          </span>
          <caretDownIcon.react tag="span" elementSize="normal" />
        </button>
      )}
      <span className="pf-Header-space" />
      <SaveIndicator project={project} />
      {role === 'owner' && session.user?.canShare && (
        <IconButton
          icon={usersIcon}
          label={trans.__('Share this project')}
          testId="pf-open-share"
          onClick={() => view.state.patch({ dialog: 'share' })}
        />
      )}
      {children}
      <IconButton
        icon={ellipsesIcon}
        label={trans.__('More for this project')}
        testId="pf-project-menu"
        menu
        onClick={menu}
      />
    </>
  );
}
