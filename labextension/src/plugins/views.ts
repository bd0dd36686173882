/** Keeps what a view shows over a reload, in JupyterLab's own state database. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { SavedView, ViewModel } from '../state/view';

const REST = 500;

/** Restore the view, then save it whenever it has changed and rests. */
export async function keepView(view: ViewModel, state: IStateDB, id: string): Promise<void> {
  const key = `promptyflow-lab:view:${id}`;
  const saved = (await state.fetch(key)) as SavedView | undefined;
  if (saved) {
    view.state.patch(saved);
  }
  let timer: ReturnType<typeof setTimeout> | null = null;
  view.state.subscribe(() => {
    if (timer !== null) {
      clearTimeout(timer);
    }
    timer = setTimeout(() => {
      void state.save(key, view.saved() as ReadonlyPartialJSONObject);
    }, REST);
  });
}
