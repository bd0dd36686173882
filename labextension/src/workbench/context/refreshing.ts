/** Takes texts anew from the cells and files they came from. */
import { digest, parseReference, sourceOf } from '../../sources';
import type { SourceKind } from '../../sources';
import type { ProjectModel } from '../../state/project';
import type { ContextNode, Key } from '../../state/tree';
import { indexOf } from '../../state/tree';
import type { WorkbenchServices } from '../common/services';

/** A text whose source says something else by now. */
export interface Outdated {
  node: ContextNode;
  /** What the source says. */
  text: string;
}

/** Put what a source says now in the place of a text. */
export function retake(project: ProjectModel, { node, text }: Outdated): void {
  if (node.source) {
    const { kind, reference } = node.source;
    const now = sourceOf(kind as SourceKind, parseReference(reference), text);
    project.retake(node.key, text, now);
  }
}

/** Which of these texts are not what their sources say; those that were edited here are meant so. */
export async function outdatedAmong(
  { session, sources }: WorkbenchServices,
  project: ProjectModel,
  keys: readonly Key[]
): Promise<Outdated[]> {
  const known = session.freshness(project.id).state.get();
  const index = indexOf(project.tree);
  const found = await Promise.all(
    keys
      .filter(key => known.get(key) === 'stale')
      .map(async key => {
        const node = index.get(key);
        if (!node?.source) {
          return null;
        }
        const mine = await project.texts.whenLoaded(key);
        const text = await sources.read(node.source);
        const untouched = mine !== null && digest(mine) === node.source.contentHash;
        return untouched && typeof text === 'string' ? { node, text } : null;
      })
  );
  return found.filter(one => one !== null);
}
