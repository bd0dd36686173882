/** Stopping an answer. */
import { Notification } from '@jupyterlab/apputils';
import { messageOf } from '../../api/errors';
import type { RunModel } from '../../state/runs';

/** Stop an answer; say so where that is not possible, for it goes on and costs. */
export async function stop(run: RunModel): Promise<void> {
  await run.stop().catch((error: unknown) => Notification.error(messageOf(error)));
}
