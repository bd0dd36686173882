/** Outputs of cells as text, by the rules of `promptyflow_lab/sources/outputs.py`. */
import { cut } from './budget';

/** An output as nbformat writes it. */
export type OutputJson = Record<string, unknown>;

const LONGEST = 8000;
// eslint-disable-next-line no-control-regex -- terminals' colours begin with one
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[@-_]/g;
const DATA_URL =
  /data:([A-Za-z0-9_.+/-]+)(?:;[A-Za-z0-9_.=-]+)*;base64,([A-Za-z0-9+/=%]+(?:[ \t\r\n]+[A-Za-z0-9+/=%]{40,})*)/g;
const ADDRESS = / at 0x[0-9A-Fa-f]+/g;
const SAYS_NOTHING = /^\s*<[A-Za-z0-9_.]+(?: object)?>\s*$/;
const CELL_NUMBER = /\bIn ?\[\d+\]/g;
const HIDDEN = /<!--.*?-->|<(script|style|title)\b.*?<\/\1\s*>/gis;
const NEW_LINE = /<(?:br|\/?(?:p|div|tr|li|h[1-6]|table|pre))\b[^>]*>/gi;
const NEW_CELL = /<t[dh]\b[^>]*>/gi;
const TAG = /<\/?[A-Za-z][^>]*>|<![^>]*>/g;
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/g;
const NAMED: Record<string, string> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' '
};
const LAST_CHARACTER = 0x10ffff;

/** A text in which pictures written as `data:` URLs are only named. */
export function withoutBytes(text: string): string {
  return text.replace(DATA_URL, (_, type: string, bytes: string) => `[${type}, ${size(bytes)}]`);
}

export function outputText(output: OutputJson): string {
  const text = textOf(output).replace(ESCAPES, '');
  return cut(withoutBytes(text).replace(/^\n+|\n+$/g, ''), LONGEST);
}

/** A text that nbformat writes as one or as lines. */
export function joined(text: unknown): string {
  return Array.isArray(text) ? text.map(String).join('') : typeof text === 'string' ? text : '';
}

function textOf(output: OutputJson): string {
  switch (output['output_type']) {
    case 'stream':
      return seen(joined(output['text']));
    case 'error':
      return error(output);
    default:
      return bundle((output['data'] ?? {}) as Record<string, unknown>);
  }
}

function error({ traceback, ename, evalue }: OutputJson): string {
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  return lines.length === 0
    ? `${joined(ename) || 'Error'}: ${joined(evalue)}`
    : lines.join('\n').replace(ESCAPES, '').replace(CELL_NUMBER, 'In []');
}

/** The best text of a MIME bundle and its pictures' names; else the kinds in it. */
function bundle(data: Record<string, unknown>): string {
  const told = [texts(data).find(text => text !== '') ?? ''];
  for (const [mime, content] of Object.entries(data)) {
    if (mime.startsWith('image/')) {
      told.push(picture(mime, joined(content)));
    }
  }
  return (
    told.filter(text => text !== '').join('\n') ||
    Object.keys(data)
      .map(mime => `[${mime}]`)
      .join('\n')
  );
}

/** The texts of a MIME bundle, the best first. */
function texts(data: Record<string, unknown>): string[] {
  const plain = joined(data['text/plain']).replace(ADDRESS, '');
  const json = data['application/json'];
  return [
    joined(data['text/markdown']),
    joined(data['text/latex']),
    SAYS_NOTHING.test(plain) ? '' : plain,
    htmlText(joined(data['text/html'])),
    json === undefined ? '' : JSON.stringify(json),
    plain
  ];
}

function picture(mime: string, content: string): string {
  return mime.includes('svg')
    ? `[${mime}, ${number(Array.from(content).length)} characters]`
    : `[${mime}, ${size(content)}]`;
}

function size(encoded: string): string {
  return `${number(Math.floor((encoded.length * 3) / 4))} bytes`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** What is seen of a printed text: a progress bar writes over its line. */
function seen(text: string): string {
  if (!text.includes('\r')) {
    return text;
  }
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return lines.map(line => line.replace(/\r+$/, '').replace(/^.*\r/s, '')).join('\n');
}

/** What stands in HTML: a line for each row or paragraph. */
function htmlText(html: string): string {
  const text = html
    .replace(HIDDEN, '')
    .replace(/[ \t\r\n\f]+/g, ' ')
    .replace(NEW_LINE, '\n')
    .replace(NEW_CELL, ' | ')
    .replace(TAG, '')
    .replace(ENTITY, character);
  const lines = text.split('\n').map(line => line.replace(/ +/g, ' ').replace(/^ | $/g, ''));
  return lines.filter(line => line !== '').join('\n');
}

function character(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (name) {
    return NAMED[name] ?? entity;
  }
  const code = decimal ? parseInt(decimal, 10) : parseInt(hex ?? '', 16);
  return code <= LAST_CHARACTER ? String.fromCodePoint(code) : entity;
}
