/** Opens the template library; loaded with the workbench, unlike the dialog itself. */
import type { WorkbenchServices } from '../common/services';

/** Show the library, and in it one template if it is named. */
export function openLibrary({ view }: WorkbenchServices, template: string | null = null): void {
  view.state.patch({ dialog: 'library', template, toRun: false });
}

/** Show the library to choose a template that is sent at once. */
export function openLibraryToRun({ view }: WorkbenchServices): void {
  view.state.patch({ dialog: 'library', template: null, toRun: true });
}
