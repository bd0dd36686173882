/** A notebook's cells as text: Markdown as it stands, code and outputs between fences. */
import { shortened } from './budget';
import type { OutputJson } from './outputs';
import { outputText, joined, withoutBytes } from './outputs';
import { sendable } from './text';

/** The little of nbformat's cell that is read. */
export interface CellJson {
  id?: string;
  cell_type: string;
  source: string | string[];
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: OutputJson[];
}

/** How a text is read: the options of its address. */
export interface ReadOptions {
  outputs?: string;
  tokens?: string;
}

const SHORTEST_FENCE = 3;

export function cellText(cell: CellJson, language: string, options: ReadOptions = {}): string {
  return within(textOf(cell, language, options), options);
}

export function notebookText(
  cells: readonly CellJson[],
  language: string,
  options: ReadOptions = {}
): string {
  const texts = cells.map(cell => textOf(cell, language, options)).filter(text => text !== '');
  return within(texts.join('\n\n'), options);
}

function within(text: string, { tokens = '' }: ReadOptions): string {
  return sendable(shortened(text, /^\d+$/.test(tokens) ? Number(tokens) : null));
}

function textOf(cell: CellJson, language: string, { outputs }: ReadOptions): string {
  const source = stripped(withoutBytes(joined(cell.source)));
  if (cell.cell_type !== 'code') {
    return source;
  }
  const parts = source === '' ? [] : [fenced(source, language)];
  if (outputs !== 'no') {
    const shown = (cell.outputs ?? []).map(outputText).filter(text => text !== '');
    if (shown.length > 0) {
      parts.push(`Output:\n${fenced(shown.join('\n'))}`);
    }
  }
  return parts.join('\n');
}

function fenced(text: string, language = ''): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(Math.max(SHORTEST_FENCE, longest + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function stripped(text: string): string {
  return text.replace(/^\n+|\n+$/g, '');
}
