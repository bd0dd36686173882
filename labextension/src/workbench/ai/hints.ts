/** Where each provider gives out keys, and how its keys begin. */

interface KeyHint {
  /** A page of the provider: opened on click only. */
  page: string;
  beginning: string;
}

export const KEY_HINTS: Readonly<Record<string, KeyHint>> = {
  openai: { page: 'https://platform.openai.com/api-keys', beginning: 'sk-…' },
  anthropic: { page: 'https://console.anthropic.com/settings/keys', beginning: 'sk-ant-…' },
  gemini: { page: 'https://aistudio.google.com/apikey', beginning: 'AIza…' },
  xai: { page: 'https://console.x.ai', beginning: 'xai-…' },
  openrouter: { page: 'https://openrouter.ai/settings/keys', beginning: 'sk-or-…' }
};
