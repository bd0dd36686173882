/** All projects: find, open, create, rename, duplicate, delete. */
import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { ProjectSummary } from '../../api/types';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { entriesOf, openMenu } from '../common/menu';
import { ago, characters, short } from '../common/numbers';
import { importIcon } from '../common/icons';
import { SearchField } from '../common/SearchField';
import { useServices, useStore, useView } from '../common/services';
import { TitleField } from '../common/TitleField';
import { roleName } from '../sharing/roles';
import {
  createProject,
  deleteProject,
  duplicateProject,
  exportProject,
  importFiles,
  NEW_PROJECT,
  PROJECTS,
  renameProject
} from './actions';
import { Welcome } from './Welcome';

export function ProjectList(): React.JSX.Element {
  const services = useServices();
  const { trans, view, session } = services;
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const naming = useView(state => state.renaming === NEW_PROJECT);
  const projects = useInfiniteQuery({
    queryKey: [...PROJECTS, q],
    queryFn: ({ pageParam }) => session.api.listProjects(q, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    placeholderData: keepPreviousData
  });
  const deleted = useStore(session.deletedProjects.pending);
  const items = (projects.data?.pages.flatMap(page => page.items) ?? []).filter(
    project => !deleted.some(({ id }) => id === project.id)
  );
  const create = (): void => view.rename(NEW_PROJECT);
  const first = projects.isSuccess && items.length === 0 && q === '' && !naming;
  return (
    <div className="pf-Projects" data-testid="pf-projects">
      {!first && (
        <div className="pf-Bar">
          <SearchField
            value={text}
            label={trans.__('Find a project')}
            testId="pf-project-search"
            onChange={setText}
          />
          <Button icon={addIcon} onClick={create} testId="pf-new-project">
            {trans.__('New project')}
          </Button>
          <IconButton
            icon={importIcon}
            label={trans.__('Import a file…')}
            testId="pf-import"
            onClick={() => void importFiles(services, null)}
          />
        </div>
      )}
      {naming && (
        <div className="pf-Projects-new">
          <TitleField
            value=""
            placeholder={trans.__('Name of the new project')}
            label={trans.__('Name of the new project')}
            testId="pf-project-name-field"
            onDone={name => {
              view.rename(null);
              if (name !== null) {
                void createProject(services, name);
              }
            }}
          />
        </div>
      )}
      {first ? (
        <Welcome first onCreate={create} />
      ) : projects.isError ? (
        <EmptyState
          title={trans.__('The projects could not be loaded')}
          text={projects.error.message}
        >
          <Button onClick={() => void projects.refetch()}>{trans.__('Try again')}</Button>
        </EmptyState>
      ) : projects.isSuccess && items.length === 0 && !naming ? (
        <EmptyState
          title={trans.__('No project is called so')}
          text={trans.__('Try fewer letters.')}
        />
      ) : (
        <>
          <Welcome onCreate={create} />
          <div className="pf-Projects-list">
            <Rows projects={items.filter(isOwn)} label={trans.__('Projects')} />
            <Rows
              projects={items.filter(project => !isOwn(project))}
              label={trans.__('Shared with me')}
              headed
            />
          </div>
        </>
      )}
      {projects.hasNextPage && (
        <div className="pf-Bar">
          <Button onClick={() => void projects.fetchNextPage()}>{trans.__('Show more')}</Button>
        </div>
      )}
    </div>
  );
}

function isOwn({ role }: ProjectSummary): boolean {
  return role === 'owner';
}

interface RowsProps {
  projects: readonly ProjectSummary[];
  label: string;
  headed?: boolean;
}

function Rows({ projects, label, headed }: RowsProps): React.JSX.Element | null {
  return projects.length === 0 ? null : (
    <section>
      {headed && <h3 className="pf-Projects-head">{label}</h3>}
      <ul aria-label={label} data-testid={headed ? 'pf-projects-shared' : 'pf-projects-own'}>
        {projects.map(project => (
          <ProjectRow key={project.id} project={project} />
        ))}
      </ul>
    </section>
  );
}

function ProjectRow({ project }: { project: ProjectSummary }): React.JSX.Element {
  const services = useServices();
  const { trans, view, language, session } = services;
  const open = useView(state => state.projectId === project.id);
  const renaming = useView(state => state.renaming === `project ${project.id}`);
  const { role, owner } = project;
  const share = (): void => {
    view.openProject(project.id);
    view.state.patch({ dialog: 'share' });
  };
  const entries = entriesOf([
    role !== 'view' && {
      label: trans.__('Rename'),
      run: () => view.rename(`project ${project.id}`)
    },
    {
      label: role === 'owner' ? trans.__('Duplicate') : trans.__('Make a copy'),
      run: () => void duplicateProject(services, project.id)
    },
    role === 'owner' && !!session.user?.canShare && { label: trans.__('Share…'), run: share },
    { label: trans.__('Export'), run: () => void exportProject(services, project.id) },
    role === 'owner' && null,
    role === 'owner' && {
      label: trans.__('Delete…'),
      run: () => void deleteProject(services, project)
    }
  ]);
  const facts = [
    ...(owner ? [trans.__('of %1', owner.name)] : []),
    trans._n('%1 block', '%1 blocks', project.blocks),
    trans._n('%1 prompt', '%1 prompts', project.prompts),
    ago(project.updatedAt, language)
  ];
  return (
    <li
      className={`pf-ProjectRow ${open ? 'pf-mod-active' : ''}`}
      data-testid="pf-project-row"
      data-project={project.id}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        openMenu(entries, event.clientX, event.clientY);
      }}
    >
      {renaming ? (
        <TitleField
          value={project.name}
          label={trans.__('Name of the project')}
          testId="pf-project-name-field"
          onDone={name => {
            view.rename(null);
            if (name !== null) {
              void renameProject(services, project.id, name);
            }
          }}
        />
      ) : (
        <button
          type="button"
          className="pf-ProjectRow-open"
          aria-current={open || undefined}
          onClick={() => view.openProject(project.id)}
          onKeyDown={event => {
            if (event.key === 'F2' && role !== 'view') {
              view.rename(`project ${project.id}`);
            }
          }}
        >
          <span className="pf-ProjectRow-name">{project.name}</span>
          <span className="pf-ProjectRow-facts">{facts.join(' · ')}</span>
        </button>
      )}
      {role !== 'owner' && (
        <span className="pf-RoleBadge" data-testid="pf-role" data-role={role}>
          {roleName(role, trans)}
        </span>
      )}
      <span className="pf-Count" title={characters(project.chars, trans, language)}>
        {short(project.chars, language)}
      </span>
      <IconButton
        icon={ellipsesIcon}
        label={trans.__('More for “%1”', project.name)}
        testId="pf-project-row-menu"
        menu
        onClick={event => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          openMenu(entries, left, bottom);
        }}
      />
    </li>
  );
}
