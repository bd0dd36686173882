/** The workbench: one React app, wherever it is mounted and however wide it is. */
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Button } from './common/buttons';
import { undoOrRedo } from './common/undo';
import { ConflictDialog } from './common/ConflictDialog';
import { EmptyState } from './common/EmptyState';
import { Failsafe } from './common/Failsafe';
import { FullScreenDialog } from './common/FullScreenDialog';
import { onDemand } from './common/onDemand';
import { useToldSaveState } from './common/SaveIndicator';
import type { WorkbenchServices } from './common/services';
import {
  ProjectProvider,
  ServicesProvider,
  useServices,
  useStore,
  useView
} from './common/services';
import { Header } from './Header';
import { NarrowLayout } from './NarrowLayout';
import { ProjectList } from './projects/ProjectList';
import { SharedBanner } from './sharing/SharedBanner';
import { ShareDialog } from './sharing/ShareDialog';
import { PromptDialogs } from './runs/PromptDialogs';
import { WideLayout } from './WideLayout';

const RefreshDialog = onDemand(() => import('./context/RefreshDialog'));
const HelpDialog = onDemand(() => import('./help/HelpDialog'));
const HistoryDialog = onDemand(() => import('./history/HistoryDialog'));
const SearchDialog = onDemand(() => import('./search/SearchDialog'));
const Tour = onDemand(() => import('./help/Tour'));
const LibraryDialog = onDemand(() => import('./templates/LibraryDialog'));
const SettingsDialog = onDemand(() => import('./ai/SettingsDialog'));
const SplitDialog = onDemand(() => import('./split/SplitDialog'));

/** From this width on, three panes fit beside each other. */
const WIDE = 840;

export default function Workbench({
  services
}: {
  services: WorkbenchServices;
}): React.JSX.Element {
  const words = useStore(services.spoken.words);
  const spoken = useMemo(() => ({ ...services, ...words }), [services, words]);
  return (
    <ServicesProvider value={spoken}>
      <QueryClientProvider client={services.session.queries}>
        <Start key={words.language} />
      </QueryClientProvider>
    </ServicesProvider>
  );
}

function Start(): React.JSX.Element {
  const services = useServices();
  const { session, trans, view } = services;
  const state = useStore(session.state);
  const own = useView(({ person }) => person !== null && person === session.user?.id);
  useEffect(() => void session.start(), [session]);
  useEffect(() => {
    if (state.status === 'ready' && session.user) {
      view.belongTo(session.user.id);
    }
  }, [state, session, view]);
  return (
    <div className="pf-Workbench" data-testid="pf-workbench">
      {state.status === 'ready' && own ? (
        <Failsafe services={services}>
          <Frame />
        </Failsafe>
      ) : state.status === 'replaced' ? (
        <EmptyState
          title={trans.__('Somebody else is signed in now')}
          text={trans.__(
            'What you have not saved is kept in this browser, and sent when you sign in again.'
          )}
          testId="pf-replaced"
        >
          <Button kind="accept" onClick={() => location.reload()}>
            {trans.__('Load the page again')}
          </Button>
        </EmptyState>
      ) : state.status === 'failed' ? (
        <EmptyState
          title={trans.__('PromptyFlow does not answer')}
          text={state.message}
          testId="pf-start-failed"
        >
          <Button kind="accept" onClick={() => void session.start()}>
            {trans.__('Try again')}
          </Button>
        </EmptyState>
      ) : (
        <div className="pf-Waiting" role="status">
          {trans.__('Starting…')}
          <p className="pf-Waiting-more">
            {trans.__('The database is being prepared. The first time takes a few seconds.')}
          </p>
        </div>
      )}
    </div>
  );
}

function Frame(): React.JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const services = useServices();
  const wide = useWide(frame);
  const projectId = useView(state => state.projectId);
  const browsing = useView(state => state.browsing);
  const dialog = useView(state => state.dialog);
  const tab = useView(state => state.tab);
  return (
    <div
      ref={frame}
      onKeyDown={event => projectId !== null && undoKey(event, services, projectId)}
      className={`pf-Frame ${wide ? 'pf-mod-wide' : 'pf-mod-narrow'}`}
      data-tab={tab}
    >
      {projectId !== null && (!browsing || wide) ? (
        <OpenProject key={projectId} id={projectId} wide={wide} />
      ) : (
        <>
          <Header project={null} />
          <ProjectList />
        </>
      )}
      {dialog === 'settings' && <SettingsDialog />}
      {dialog === 'help' && <HelpDialog />}
      {dialog === 'tour' && <Tour root={frame} />}
      {dialog === 'library' && (
        <LibraryDialog
          project={projectId === null ? null : services.session.openProject(projectId)}
        />
      )}
    </div>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z, except in an editor, which has its own. */
function undoKey(event: React.KeyboardEvent, services: WorkbenchServices, id: string): void {
  const { code, ctrlKey, metaKey, shiftKey, target } = event;
  const project = services.session.openProject(id);
  const editing =
    target instanceof Element && target.closest('.cm-editor, input, textarea, select');
  if (!project || editing || !(ctrlKey || metaKey) || (code !== 'KeyZ' && code !== 'KeyY')) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  void undoOrRedo(services, project, shiftKey || code === 'KeyY' ? 'redo' : 'undo');
}

function OpenProject({ id, wide }: { id: string; wide: boolean }): React.JSX.Element {
  const { session, view, trans } = useServices();
  const project = session.project(id);
  const status = useStore(project.state, state => state.status);
  const message = useStore(project.state, state => state.message);
  const dialog = useView(state => state.dialog);
  const refreshing = dialog === 'refresh' && status === 'ready';
  const splitting = dialog === 'split' && status === 'ready';
  const fullScreen = useView(state => state.fullScreen !== null) && status === 'ready';
  const name = useStore(project.state, state => state.tree.name);
  const savedAt = useStore(project.queue.state, state => state.savedAt);
  useEffect(() => {
    // With every confirmation, what is open may have got the name it keeps.
    view.follow(name, key => project.lastingKey(key));
  }, [view, project, name, savedAt]);
  useEffect(() => session.freshness(id).watch(), [session, id]);
  useToldSaveState(project);
  return (
    <ProjectProvider value={project}>
      <Header project={project} />
      {status === 'ready' && <SharedBanner />}
      {status === 'ready' ? (
        wide ? (
          <WideLayout />
        ) : (
          <NarrowLayout />
        )
      ) : status === 'loading' ? (
        <div className="pf-Waiting" role="status">
          {trans.__('Loading…')}
        </div>
      ) : status === 'missing' ? (
        <EmptyState
          title={trans.__('This project is not there any more')}
          text={trans.__('It was deleted, or it is not shared with you any more.')}
        >
          <Button kind="accept" onClick={() => view.openProject(null)}>
            {trans.__('Show projects')}
          </Button>
        </EmptyState>
      ) : (
        <EmptyState title={trans.__('The project could not be loaded')} text={message ?? undefined}>
          <Button kind="accept" onClick={() => void project.load()}>
            {trans.__('Try again')}
          </Button>
        </EmptyState>
      )}
      <ConflictDialog />
      <ShareDialog />
      {splitting && <SplitDialog />}
      {refreshing && <RefreshDialog />}
      {dialog === 'search' && <SearchDialog />}
      {dialog === 'history' && <HistoryDialog />}
      {fullScreen && <FullScreenDialog />}
      <PromptDialogs />
    </ProjectProvider>
  );
}

function useWide(frame: React.RefObject<HTMLElement>): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }
    const measure = (): void => {
      if (element.offsetWidth > 0) {
        setWide(element.offsetWidth >= WIDE);
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return wide;
}
