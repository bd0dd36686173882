import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '..', '..');
const CATALOGUE = join(
  SOURCES,
  '../../promptyflow_lab/locale/ru_RU/LC_MESSAGES/promptyflow_lab.json'
);

interface Call {
  text: string;
  plural: boolean;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory()
      ? filesIn(path).filter(file => !file.includes('__tests__'))
      : /\.tsx?$/.test(name)
        ? [path]
        : [];
  });
}

/** Every `trans.__('…')` and `trans._n('…', '…', n)` of the sources. */
function calls(): Call[] {
  const found: Call[] = [];
  for (const path of filesIn(SOURCES)) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
        const name = node.expression.name.text;
        const [first] = node.arguments;
        if ((name === '__' || name === '_n') && first && ts.isStringLiteralLike(first)) {
          found.push({ text: first.text, plural: name === '_n' });
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

const catalogue = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as Record<string, string[]>;
const { '': header, ...messages } = catalogue;
const used = calls();

describe('the Russian catalogue', () => {
  it('has a header that JupyterLab understands', () => {
    expect(header).toMatchObject({
      domain: 'promptyflow_lab',
      language: 'ru-RU', // with an underscore nothing is translated
      plural_forms: expect.stringContaining('nplurals=3')
    });
  });

  it('has every string of the workbench', () => {
    const missing = used.map(call => call.text).filter(text => !(text in messages));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has all three forms of every plural', () => {
    const wrong = used.filter(
      call => call.text in messages && messages[call.text]?.length !== (call.plural ? 3 : 1)
    );
    expect(wrong).toEqual([]);
  });

  it('has nothing that is not used', () => {
    const texts = new Set(used.map(call => call.text));
    expect(Object.keys(messages).filter(text => !texts.has(text))).toEqual([]);
  });

  it('keeps every placeholder', () => {
    const places = (text: string): string[] => (text.match(/%\d/g) ?? []).toSorted();
    const wrong = Object.entries(messages).filter(([text, forms]) =>
      forms.some(form => String(places(form)) !== String(places(text)))
    );
    expect(wrong).toEqual([]);
  });
});
