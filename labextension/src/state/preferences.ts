/** What a person has set in JupyterLab's settings for the workbench. */
import type { LanguageCode } from '../api/types';

/** What is done about texts whose sources have changed, before they are sent. */
export type Refreshing = 'never' | 'ask' | 'always';

export interface Preferences {
  /** null: JupyterLab's. */
  language: LanguageCode | null;
  /** How long an editor rests before its change is sent, in milliseconds. */
  autosaveRest: number;
  /** Whether a new prompt puts each piece of context between tags. */
  wrapInTags: boolean;
  refreshSources: Refreshing;
  /** Sending is confirmed when it may cost more dollars than this; zero: never. */
  confirmAbove: number;
}

export const USUAL: Preferences = {
  language: null,
  autosaveRest: 500,
  wrapInTags: true,
  refreshSources: 'ask',
  confirmAbove: 1
};

/** Read what JupyterLab has checked against the schema; what is missing is as usual. */
export function preferencesIn(values: Readonly<Record<string, unknown>>): Preferences {
  const { language, autosaveRest, wrapInTags, refreshSources, confirmAbove } = values;
  return {
    language: languageIn(language),
    autosaveRest: typeof autosaveRest === 'number' ? autosaveRest : USUAL.autosaveRest,
    wrapInTags: typeof wrapInTags === 'boolean' ? wrapInTags : USUAL.wrapInTags,
    refreshSources:
      refreshSources === 'never' || refreshSources === 'always' ? refreshSources : 'ask',
    confirmAbove: typeof confirmAbove === 'number' ? confirmAbove : USUAL.confirmAbove
  };
}

function languageIn(value: unknown): LanguageCode | null {
  return value === 'en' || value === 'ru' ? value : null;
}
