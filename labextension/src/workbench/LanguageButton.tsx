/** The language of the workbench: JupyterLab's, or another one. */
import { Notification } from '@jupyterlab/apputils';
import { messageOf } from '../api/errors';
import type { LanguageCode } from '../api/types';
import { openMenuAt } from './common/menu';
import { useServices, useStore } from './common/services';

/** Languages are called by their own names. */
const NAMES: Record<LanguageCode, string> = { en: 'English', ru: 'Русский' };

export function LanguageButton(): React.JSX.Element {
  const { trans, language, spoken, session, settings } = useServices();
  const chosen = useStore(spoken.chosen);
  const choose = async (code: LanguageCode | null): Promise<void> => {
    await spoken.choose(code);
    try {
      await Promise.all([session.setLanguage(code), settings.setLanguage(code)]);
    } catch (error) {
      Notification.error(messageOf(error), {
        autoClose: 8000
      });
    }
  };
  const entry = (
    code: LanguageCode | null,
    label: string
  ): Parameters<typeof openMenuAt>[0][0] => ({
    label,
    checked: chosen === code,
    run: () => void choose(code)
  });
  return (
    <button
      type="button"
      className="pf-IconButton pf-Language"
      title={trans.__('Language')}
      aria-label={trans.__('Language')}
      aria-haspopup="menu"
      data-testid="pf-language"
      onClick={event =>
        openMenuAt(
          [
            entry('en', NAMES.en),
            entry('ru', NAMES.ru),
            null,
            entry(null, trans.__('As JupyterLab'))
          ],
          event.currentTarget
        )
      }
    >
      {language.slice(0, 2).toUpperCase()}
    </button>
  );
}
