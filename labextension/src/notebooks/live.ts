/**
 * JupyterLab's own objects behind an open notebook, known by the little that is used of them: the
 * packages that describe them would bring minutes of download to every build.
 */
import type { Kernel } from '@jupyterlab/services';
import type { CellJson } from '../sources/cells';

export interface SignalLike<A = unknown> {
  connect(slot: (sender: never, args: A) => void): boolean;
  disconnect(slot: (sender: never, args: A) => void): boolean;
}

export interface LiveCell {
  readonly id: string;
  readonly contentChanged: SignalLike;
  readonly stateChanged: SignalLike;
  toJSON(): CellJson;
}

export interface LiveNotebook {
  readonly cells: Iterable<LiveCell> & { readonly changed: SignalLike };
  /** Whether the file is not as the notebook is. */
  readonly dirty: boolean;
  getMetadata(key: string): unknown;
}

export type KernelLike = Pick<
  Kernel.IKernelConnection,
  'createComm' | 'hasComm' | 'registerCommTarget' | 'removeCommTarget' | 'requestCommInfo'
>;

export interface LiveContext {
  readonly path: string;
  readonly ready: Promise<void>;
  readonly model: LiveNotebook;
  readonly saveState: SignalLike<string>;
  readonly pathChanged: SignalLike;
  readonly sessionContext: {
    readonly session: { readonly kernel: KernelLike | null } | null;
    readonly kernelChanged: SignalLike<{ newValue: KernelLike | null }>;
  };
}
