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

  it('takes the form that Russian has for a number', () => {
    const formOf = formChooser((header as unknown as { plural_forms: string }).plural_forms);
    const named = new Intl.PluralRules('ru');
    const forms = { one: 0, few: 1, many: 2 };
    for (let count = 0; count <= 1000; count++) {
      expect([count, formOf(count)]).toEqual([
        count,
        forms[named.select(count) as keyof typeof forms]
      ]);
    }
  });

  it('says one, two and five of everything in the right case', () => {
    const changing = Object.entries(messages)
      .filter(([, forms]) => forms.length === 3)
      .map(([text, forms]) => ({ text, words: changingWords(forms) }));
    const still = changing.filter(({ words }) => words.length === 0).map(({ text }) => text);
    expect(still.toSorted()).toEqual(['%1 without a value', 'and %1 more']);
    const unknown = changing.flatMap(({ words }) => words).filter(word => !WORDS.has(word));
    expect([...new Set(unknown)]).toEqual([]);
  });
});

/** The rule of the catalogue's header: "nplurals=3; plural=(n%10==1 && …);". */
function formChooser(rule: string): (count: number) => number {
  const body = `let nplurals, plural; ${rule} return plural;`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own file, and C
  return new Function('n', body) as () => number; // nosemgrep: html-from-text - our own file
}

/** The words that are not the same in all three forms: "блок блока блоков". */
function changingWords(forms: readonly string[]): string[] {
  const [one = [], few = [], many = []] = forms.map(form => form.match(/[а-яё]+/gi) ?? []);
  return one
    .map((word, k) => [word, few[k], many[k]])
    .filter(words => new Set(words).size > 1)
    .map(words => words.join(' ').toLowerCase());
}

/** What is counted, and what agrees with it: with 1, with 2, with 5. A new word is added by hand. */
const WORDS = new Set([
  'блок блока блоков',
  'день дня дней',
  'изменение изменения изменений',
  'источником источниками источниками',
  'место места мест',
  'модели моделей моделей', // the price of them
  'модель модели моделей',
  'промпт промпта промптов',
  'раз раза раз',
  'символ символа символов',
  'совпадение совпадения совпадений',
  'текст текста текстов',
  'токен токена токенов',
  'часть части частей',
  'шаблон шаблона шаблонов',
  'элемент элемента элементов',

  'выбран выбрано выбрано',
  'выбранный выбранных выбранных',
  'выбрана выбраны выбрано',
  'добавлен добавлено добавлено',
  'добавлен добавлены добавлено',
  'задан задано задано',
  'неизвестна неизвестны неизвестны',
  'остался осталось осталось',
  'разошёлся разошлись разошлись',
  'своим своими своими',
  'создана созданы создано',
  'сохранено сохранены сохранено',
  'цена цены цены'
]);
