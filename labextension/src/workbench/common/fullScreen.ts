/** Shows a text over the whole window; loaded with the workbench, unlike the dialog itself. */
import type { Key } from '../../state/tree';
import type { WorkbenchServices } from './services';

/** Open the text of an item, a sub-item or a prompt over the whole window. */
export function openFullScreen({ view }: WorkbenchServices, key: Key): void {
  view.state.patch({ fullScreen: key });
}
