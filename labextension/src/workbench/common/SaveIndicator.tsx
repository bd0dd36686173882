/** Tells whether everything is saved, in a word, and what can be done where it is not. */
import { showDialog, Dialog } from '@jupyterlab/apputils';
import type { ProjectModel } from '../../state/project';
import type { SaveState } from '../../state/queue';
import { useEffect } from 'react';
import { exact } from './numbers';
import type { WorkbenchServices } from './services';
import { useServices, useStore } from './services';

/** Tell the status bar how the open project stands, while one is open. */
export function useToldSaveState(project: ProjectModel): void {
  const { trans, language, saveState } = useServices();
  const name = useStore(project.state, state => state.tree.name);
  const save = useStore(project.queue.state);
  const label = saveLabel(save, trans, language);
  useEffect(() => {
    saveState.set({ status: save.status, label, project: name });
    return () => saveState.set(null);
  }, [saveState, save.status, label, name]);
}

export function SaveIndicator({ project }: { project: ProjectModel }): React.JSX.Element {
  const { trans, view, language } = useServices();
  const save = useStore(project.queue.state);
  const label = saveLabel(save, trans, language);
  const act = actions()[save.status];

  function actions(): Partial<Record<SaveState['status'], () => void>> {
    return {
      offline: () => project.queue.retry(),
      conflict: () => view.state.patch({ dialog: 'conflict' }),
      failed: () => void explain()
    };
  }

  async function explain(): Promise<void> {
    view.state.patch({ fullScreen: null }); // it would cover the dialog
    const { button } = await showDialog({
      title: trans.__('A change was refused'),
      body: trans.__(
        '%1 Everything after it waits (%2). You can try again, or drop this one change.',
        save.failure?.message ?? '',
        exact(save.pending, language)
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Drop the change'), actions: ['drop'] }),
        Dialog.okButton({ label: trans.__('Try again'), actions: ['retry'] })
      ]
    });
    if (button.actions.includes('drop')) {
      await project.discardRefused();
    } else if (button.actions.includes('retry')) {
      project.queue.retry();
    }
  }

  return (
    <span
      className="pf-Save"
      title={
        save.status === 'offline'
          ? trans._n('Offline, %1 change kept', 'Offline, %1 changes kept', save.pending)
          : label
      }
      data-status={save.status}
      data-testid="pf-save-state"
      role="status"
    >
      <span className="pf-Save-dot" aria-hidden="true" />
      {act ? (
        <button type="button" className="pf-Save-action" onClick={act}>
          {label}
        </button>
      ) : (
        <span className="pf-Save-label">{label}</span>
      )}
    </span>
  );
}

function saveLabel(state: SaveState, trans: WorkbenchServices['trans'], language: string): string {
  switch (state.status) {
    case 'saved':
      return trans.__('Saved');
    case 'saving':
      return trans.__('Saving…');
    case 'offline':
      return trans.__('Offline · %1', exact(state.pending, language));
    case 'conflict':
      return trans.__('Conflict');
    case 'failed':
      return trans.__('Not saved');
  }
}
