/** The versions of the open project: who changed what and when, and the way back to each. */
import { Notification } from '@jupyterlab/apputils';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { Button } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { Modal } from '../common/Modal';
import { ago } from '../common/numbers';
import { useEditable, useProject, useServices } from '../common/services';
import type { Chapter } from './chapters';
import { chaptersOf } from './chapters';
import { changeText } from './words';

export default function HistoryDialog(): React.JSX.Element {
  const { trans, view, session } = useServices();
  const project = useProject();
  const [busy, setBusy] = useState(false);
  const versions = useInfiniteQuery({
    queryKey: ['history', project.id],
    queryFn: async ({ pageParam }) => {
      await project.flush();
      return session.api.history(project.id, pageParam);
    },
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    gcTime: 0
  });
  const chapters = chaptersOf(versions.data?.pages.flatMap(page => page.items) ?? []);
  const newest = chapters[0]?.to ?? 0;
  const close = (): void => view.state.patch({ dialog: null });
  const bringBack = async (version: number): Promise<void> => {
    await project.flush();
    await session.api.restoreVersion(project.id, version);
    await project.load();
  };
  const restore = async (version: number): Promise<void> => {
    setBusy(true);
    try {
      await bringBack(version);
      close();
      Notification.emit(trans.__('The project is what it was at version %1.', version), 'default', {
        autoClose: 10_000,
        actions: [
          {
            label: trans.__('Undo'),
            callback: () =>
              void bringBack(newest).catch((error: unknown) => Notification.error(String(error)))
          }
        ]
      });
    } catch (error) {
      Notification.error(messageOf(error), {
        autoClose: 8000
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal title={trans.__('Versions of the project')} testId="pf-history" onClose={close}>
      {versions.isError ? (
        <EmptyState
          title={trans.__('The versions could not be loaded')}
          text={versions.error.message}
        >
          <Button onClick={() => void versions.refetch()}>{trans.__('Try again')}</Button>
        </EmptyState>
      ) : (
        <ol className="pf-Chapters" aria-busy={versions.isPending}>
          {chapters.map(chapter => (
            <ChapterRow
              key={chapter.to}
              chapter={chapter}
              isNewest={chapter.to === newest}
              busy={busy}
              onRestore={() => void restore(chapter.to)}
            />
          ))}
        </ol>
      )}
      {versions.hasNextPage && (
        <Button onClick={() => void versions.fetchNextPage()}>{trans.__('Show more')}</Button>
      )}
    </Modal>
  );
}

interface ChapterRowProps {
  chapter: Chapter;
  isNewest: boolean;
  busy: boolean;
  onRestore: () => void;
}

function ChapterRow({ chapter, isNewest, busy, onRestore }: ChapterRowProps): React.JSX.Element {
  const { trans, language } = useServices();
  const editable = useEditable();
  const { to, at, author, changes, more } = chapter;
  const time = new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <li className="pf-Chapter" data-testid="pf-version">
      <div className="pf-Chapter-body">
        <ul>
          {changes.map((change, k) => (
            <li key={k}>{changeText(change, trans, language)}</li>
          ))}
          {more > 0 && <li>{trans._n('and %1 more change', 'and %1 more changes', more)}</li>}
        </ul>
        <div className="pf-Note" title={time}>
          {trans.__(
            'Version %1 · %2 · %3',
            to,
            author ?? trans.__('somebody who is gone'),
            ago(at, language)
          )}
        </div>
      </div>
      {isNewest ? (
        <span className="pf-Chip" data-status="active">
          {trans.__('Now')}
        </span>
      ) : (
        editable && (
          <Button testId="pf-restore" disabled={busy} onClick={onRestore}>
            {trans.__('Restore')}
          </Button>
        )
      )}
    </li>
  );
}
