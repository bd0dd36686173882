/** The settings of the workbench in JupyterLab's settings editor: their words, and what was set. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LanguageCode } from '../api/types';
import type { Preferences } from '../state/preferences';
import { preferencesIn, USUAL } from '../state/preferences';
import { Store } from '../state/store';
import { PLUGIN_ID } from './tokens';

interface Words {
  title: string;
  description: string;
  /** What the values are called of which one is chosen. */
  values?: Record<string, string>;
}

export class Settings {
  readonly preferences = new Store<Preferences>(USUAL);
  private readonly loading: Promise<ISettingRegistry.ISettings | null>;
  private settings: ISettingRegistry.ISettings | null = null;

  constructor(
    registry: ISettingRegistry | null,
    private readonly words: () => TranslationBundle
  ) {
    // JupyterLab takes the words of a schema from its own catalogues only.
    registry?.transform(PLUGIN_ID, { fetch: plugin => translated(plugin, words()) });
    this.loading = registry ? this.load(registry) : Promise.resolve(null);
  }

  /** What was set, once it is known. */
  async ready(): Promise<ISettingRegistry.ISettings | null> {
    return this.loading;
  }

  /** Whether the person has chosen a language here, be it JupyterLab's. */
  get hasLanguage(): boolean {
    return this.settings?.user['language'] !== undefined;
  }

  /** Say the words of the settings anew, in the language that is spoken now. */
  translate(): void {
    if (this.settings) {
      translated(this.settings.plugin, this.words());
    }
  }

  async setLanguage(language: LanguageCode | null): Promise<void> {
    await (await this.loading)?.set('language', language ?? 'auto');
  }

  private async load(registry: ISettingRegistry): Promise<ISettingRegistry.ISettings> {
    const settings = await registry.load(PLUGIN_ID);
    const take = (): void => this.preferences.set(preferencesIn(settings.composite));
    this.settings = settings;
    settings.changed.connect(take);
    take();
    return settings;
  }
}

function translated(plugin: ISettingRegistry.IPlugin, trans: TranslationBundle): typeof plugin {
  const { schema } = plugin;
  schema.description = trans.__('Settings of the prompt workbench.');
  for (const [name, { title, description, values = {} }] of Object.entries(wordsIn(trans))) {
    const property = schema.properties?.[name];
    if (property) {
      property.title = title;
      property.description = description;
      for (const one of (property.oneOf ?? []) as { const: string; title: string }[]) {
        one.title = values[one.const] ?? one.title;
      }
    }
  }
  return plugin;
}

function wordsIn(trans: TranslationBundle): Record<string, Words> {
  return {
    openAtStart: {
      title: trans.__('Open at first start'),
      description: trans.__(
        'Show the side panel when JupyterLab is opened for the first time with this workspace.'
      )
    },
    language: {
      title: trans.__('Language'),
      description: trans.__(
        'The language of the workbench. It is kept with your account; the button in the panel changes it, too.'
      ),
      // Languages are called by their own names.
      values: { auto: trans.__('As JupyterLab') }
    },
    autosaveRest: {
      title: trans.__('Save after a rest of (milliseconds)'),
      description: trans.__(
        'How long nothing is typed before a change is sent to the server. Leaving an editor sends it at once.'
      )
    },
    wrapInTags: {
      title: trans.__('Tags in new prompts'),
      description: trans.__(
        'A new prompt puts each piece of context between tags with its title. Each prompt has a switch for it.'
      )
    },
    refreshSources: {
      title: trans.__('Context whose source has changed'),
      description: trans.__(
        'What happens before a prompt is sent that selects texts whose cell or file says something else by now. Texts that you have edited are left alone.'
      ),
      values: {
        never: trans.__('Send it as it is'),
        ask: trans.__('Ask'),
        always: trans.__('Take it anew')
      }
    },
    confirmAbove: {
      title: trans.__('Ask before sending for more than (US dollars)'),
      description: trans.__(
        'Where the price is known: that of the prompt, and of the longest answer if one is set. 0: never ask.'
      )
    }
  };
}
