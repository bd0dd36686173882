/** What is told of an import: what was recognised, or what is wrong and where. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ApiError, messageOf } from '../../api/errors';
import type { Imported, ImportForm } from '../../api/types';

export function importedText(done: Imported, file: string, trans: TranslationBundle): string {
  const form: Record<ImportForm, () => string> = {
    promptyflow: () => trans.__('“%1” is a PromptyFlow project: it was imported.', file),
    saas: () => trans.__('“%1” is a project of PromptyFlow on the web: it was imported.', file),
    desktop: () =>
      trans.__('“%1” is a project of the PromptyFlow desktop program: it was imported.', file),
    contextBlock: () => trans.__('“%1” is a context block: it was added to the project.', file),
    templates: () => {
      const count = done.templates?.length ?? 0;
      return trans._n(
        '“%2”: %1 template was added to the library.',
        '“%2”: %1 templates were added to the library.',
        count,
        file
      );
    }
  };
  return form[done.recognised]();
}

/** The places of a refusal, one a line. */
export function faultText(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return messageOf(error);
  }
  const places = Object.entries(error.details)
    .filter(([, reason]) => typeof reason === 'string')
    .slice(0, 10)
    .map(([path, reason]) => `${path}: ${String(reason)}`);
  return [error.message, ...places].join('\n');
}
