/** Templates as files: what they are called, and how one is handed to the person. */

const LONGEST_NAME = 100;

/** A name that every file system takes; importing the file gives the template its name back. */
export function fileName(title: string): string {
  const safe = title
    .replace(/[\p{Cc}/\\:*?"<>|]+/gu, '-')
    .replace(/^[.\s]+|[.\s]+$/gu, '')
    .slice(0, LONGEST_NAME);
  return `${safe === '' ? 'template' : safe}.md`;
}

/** Let the browser save a text as a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** What the library takes in. */
export const TAKEN = '.txt,.md,.markdown,.zip,text/plain,text/markdown,application/zip';
