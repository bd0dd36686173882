/** The language of the workbench: JupyterLab's, or the one that was chosen in the panel. */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { Gettext, nullTranslator } from '@jupyterlab/translation';
import type { LanguageCode } from '../api/types';
import { Store } from './store';

const DOMAIN = 'promptyflow_lab';

export interface Words {
  trans: TranslationBundle;
  /** BCP 47, for numbers and dates. */
  language: string;
}

/** The catalogue as JupyterLab's server reads it. */
export interface Catalogue {
  '': { language: string; plural_forms: string };
  [text: string]: string[] | { language: string; plural_forms: string };
}

export class Language {
  readonly words: Store<Words>;
  /** What was chosen; null: JupyterLab's language. */
  readonly chosen = new Store<LanguageCode | null>(null);
  private readonly surrounding: Words;

  constructor(
    translator: ITranslator | null,
    private readonly russian: () => Promise<Catalogue>
  ) {
    this.surrounding = {
      trans: (translator ?? nullTranslator).load(DOMAIN),
      language: (translator?.languageCode ?? 'en').replace('_', '-')
    };
    this.words = new Store(this.surrounding);
  }

  /** Speak this language from now on; null: whatever JupyterLab speaks. */
  async choose(code: LanguageCode | null): Promise<void> {
    this.chosen.set(code);
    const words = await this.wordsOf(code);
    if (this.chosen.get() === code) {
      this.words.set(words);
    }
  }

  private async wordsOf(code: LanguageCode | null): Promise<Words> {
    if (code === null || this.surrounding.language.startsWith(code)) {
      return this.surrounding;
    }
    if (code === 'en') {
      return { trans: nullTranslator.load(DOMAIN), language: 'en' };
    }
    const { '': header, ...messages } = await this.russian();
    const { language, plural_forms: pluralForms } = header;
    const bundle = new Gettext({ domain: DOMAIN, locale: language });
    const data = { ...messages, '': { domain: DOMAIN, language, pluralForms } };
    bundle.loadJSON(data, DOMAIN);
    return { trans: bundle, language: 'ru' };
  }
}
