/** In which language the code of a notebook is. */

/** The language that a notebook's metadata tell; empty until the kernel has told it. */
export function languageOf(metadata: unknown): string {
  const { language_info: info } = (metadata ?? {}) as { language_info?: { name?: string } };
  return info?.name || 'python';
}
