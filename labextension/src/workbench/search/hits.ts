/** What was found in a project: what it is called, and the way to it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { HitKind, ProjectHit } from '../../api/types';
import type { ProjectModel } from '../../state/project';
import type { WorkbenchServices } from '../common/services';

export function kindText(kind: HitKind, trans: TranslationBundle): string {
  const texts: Record<HitKind, () => string> = {
    block: () => trans.__('Block'),
    item: () => trans.__('Item'),
    subItem: () => trans.__('Sub-item'),
    prompt: () => trans.__('Prompt'),
    answer: () => trans.__('Answer')
  };
  return texts[kind]();
}

/** Open what was found, at the place where it was found. */
export function goTo({ view }: WorkbenchServices, project: ProjectModel, hit: ProjectHit): void {
  const { identities } = project.queue;
  const { blockId, itemId, subItemId, promptBlockId, position, kind } = hit;
  if (promptBlockId) {
    const key = identities.promptKeyOf(promptBlockId);
    view.openPrompt(key);
    view.state.patch({ tab: kind === 'answer' ? 'answer' : 'prompt' });
    view.show(key, kind === 'prompt' ? position : null);
  } else if (blockId) {
    const key = identities.keyOf({ blockId, itemId, subItemId });
    view.openNode(key);
    view.show(key, position);
  }
}
