/** Where a text was taken from: its address, and what tells it from a later one. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Source } from '../api/types';
import { sendable } from './text';

export type SourceKind = 'cell' | 'file' | 'dataframe' | 'variable' | 'text';

/** `path?option=value#part` */
export interface Reference {
  /** As the file browser shows it; absolute where that does not show it. */
  path: string;
  /** A cell's id, a variable's name; empty for a whole file. */
  part: string;
  /** How it was read: `tokens` (a budget), `outputs` (`no`). */
  options: Record<string, string>;
}

/** An address as one line; everything stays readable but what would be taken for a mark. */
export function referenceOf({ path, part, options }: Partial<Reference>): string {
  const query = Object.entries(options ?? {})
    .map(([name, value]) => `${quoted(name)}=${quoted(value)}`)
    .join('&');
  return quoted(path ?? '') + (query && `?${query}`) + (part ? `#${quoted(part)}` : '');
}

export function parseReference(reference: string): Reference {
  const [, path = '', query = '', part = ''] =
    /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(reference) ?? [];
  return {
    path: unquoted(path),
    part: unquoted(part),
    options: Object.fromEntries(new URLSearchParams(query))
  };
}

/** What a node remembers of where its text was taken from, now. */
export function sourceOf(kind: SourceKind, reference: Partial<Reference>, text: string): Source {
  return {
    kind,
    reference: referenceOf(reference),
    contentHash: digest(text),
    capturedAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  };
}

/** SHA-256 in hexadecimal digits; `crypto.subtle` is missing on pages without TLS. */
export function digest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** A text file as Python reads it. */
export function fileText(content: string): string {
  return sendable(content.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
}

function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is replaced
  return text.replace(/[%#?&=+\u0000-\u001f]/g, encodeURIComponent);
}

function unquoted(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
