/** How a text is split: the method, and the options that belong to it. */
import { useId } from 'react';
import type { SplitMethod } from '../../api/types';
import type { PresetChoice, SizeMode, SplitForm, TokenFamily } from '../../state/splitForm';
import { SIZE_MODES } from '../../state/splitForm';
import { useTrans } from '../common/services';
import { Check, Field, NumberField, Select } from './fields';

interface MethodFieldsProps {
  form: SplitForm;
  set: (change: Partial<SplitForm>) => void;
}

const METHODS: readonly SplitMethod[] = [
  'sentence',
  'paragraph',
  'heading',
  'delimiter',
  'pattern',
  'exact',
  'tokens'
];

const EXAMPLE = String.raw`^Q\d+`;

export function MethodFields({ form, set }: MethodFieldsProps): React.JSX.Element {
  const trans = useTrans();
  const group = useId();
  const names: Record<SplitMethod, string> = {
    sentence: trans.__('Between sentences'),
    paragraph: trans.__('Between paragraphs'),
    heading: trans.__('At Markdown headings'),
    delimiter: trans.__('At a delimiter'),
    pattern: trans.__('At a pattern'),
    exact: trans.__('By size alone'),
    tokens: trans.__('By a model’s tokens')
  };
  return (
    <>
      <fieldset className="pf-Choices">
        <legend>{trans.__('Where to cut')}</legend>
        {METHODS.map(method => (
          <label key={method} className="pf-Choice">
            <input
              type="radio"
              name={group}
              checked={form.method === method}
              data-testid={`pf-split-method-${method}`}
              onChange={() => set({ method })}
            />
            <span>{names[method]}</span>
          </label>
        ))}
      </fieldset>
      <div className="pf-SplitOptions" data-testid="pf-split-options">
        <OwnFields form={form} set={set} />
        <SizeFields form={form} set={set} />
      </div>
    </>
  );
}

function OwnFields({ form, set }: MethodFieldsProps): React.JSX.Element | null {
  const trans = useTrans();
  switch (form.method) {
    case 'heading':
      return (
        <Select
          label={trans.__('Headings')}
          testId="pf-split-level"
          value={String(form.level)}
          options={[1, 2, 3, 4, 5, 6].map(level => [
            String(level),
            level === 1
              ? trans.__('first level (#)')
              : level === 6
                ? trans.__('every level')
                : trans.__('to level %1 (%2)', level, '#'.repeat(level))
          ])}
          onChange={level => set({ level: Number(level) })}
        />
      );
    case 'delimiter':
      return (
        <>
          <Field
            label={trans.__('Delimiter')}
            value={form.delimiter}
            wrong={form.delimiter === ''}
            code
            testId="pf-split-delimiter"
            onChange={delimiter => set({ delimiter })}
          />
          <MatchChecks form={form} set={set} cased />
        </>
      );
    case 'pattern':
      return <PatternFields form={form} set={set} />;
    case 'tokens':
      return (
        <Select
          label={trans.__('Tokens of')}
          testId="pf-split-family"
          value={form.family}
          options={[
            ['openai', trans.__('OpenAI')],
            ['anthropic', trans.__('Claude (estimated)')],
            ['gemini', trans.__('Gemini (estimated)')],
            ['xai', trans.__('Grok (estimated)')]
          ]}
          onChange={family => set({ family: family as TokenFamily })}
        />
      );
    default:
      return null;
  }
}

function PatternFields({ form, set }: MethodFieldsProps): React.JSX.Element {
  const trans = useTrans();
  const own = form.preset === 'own';
  return (
    <>
      <Select
        label={trans.__('Pattern')}
        testId="pf-split-preset"
        value={form.preset}
        options={[
          ['chapters', trans.__('chapters, parts, sections')],
          ['numbering', trans.__('numbering (1., 2.3, IV.)')],
          ['dates', trans.__('dates')],
          ['own', trans.__('a regular expression')]
        ]}
        onChange={preset => set({ preset: preset as PresetChoice })}
      />
      {own && (
        <Field
          label={trans.__('Regular expression (Python)')}
          value={form.pattern}
          wrong={form.pattern === ''}
          code
          placeholder={EXAMPLE}
          testId="pf-split-pattern"
          onChange={pattern => set({ pattern })}
        />
      )}
      <MatchChecks form={form} set={set} cased={own} />
    </>
  );
}

function MatchChecks(props: MethodFieldsProps & { cased: boolean }): React.JSX.Element {
  const { form, set, cased } = props;
  const trans = useTrans();
  return (
    <>
      <Check
        label={trans.__('Keep what was found at the head of its part')}
        checked={form.keep}
        testId="pf-split-keep"
        onChange={keep => set({ keep })}
      />
      {cased && (
        <Check
          label={trans.__('Tell capital letters from small ones')}
          checked={form.caseSensitive}
          testId="pf-split-case"
          onChange={caseSensitive => set({ caseSensitive })}
        />
      )}
    </>
  );
}

function SizeFields({ form, set }: MethodFieldsProps): React.JSX.Element {
  const trans = useTrans();
  const { method } = form;
  const mode = form.sizeModes[method];
  const each: Record<SplitMethod, string> = {
    sentence: trans.__('a part for each sentence'),
    paragraph: trans.__('so many paragraphs each'),
    heading: trans.__('a part for each heading'),
    delimiter: trans.__('whatever comes'),
    pattern: trans.__('whatever comes'),
    exact: '',
    tokens: ''
  };
  const inTokens = method === 'tokens';
  const names: Record<SizeMode, string> = {
    each: each[method],
    parts: trans.__('so many parts'),
    about: inTokens ? trans.__('about so many tokens') : trans.__('about so many characters'),
    atMost: inTokens ? trans.__('at most so many tokens') : trans.__('at most so many characters')
  };
  const fields: Record<SizeMode, React.JSX.Element | null> = {
    each:
      method === 'paragraph' ? (
        <NumberField
          label={trans.__('Paragraphs in a part')}
          least={1}
          value={form.perPart}
          testId="pf-split-per-part"
          onChange={perPart => set({ perPart })}
        />
      ) : null,
    parts: (
      <NumberField
        label={trans.__('Number of parts')}
        least={2}
        value={form.parts}
        testId="pf-split-parts"
        onChange={parts => set({ parts })}
      />
    ),
    about: <CharsField form={form} set={set} />,
    atMost: <CharsField form={form} set={set} />
  };
  return (
    <>
      <Select
        label={trans.__('Size of the parts')}
        testId="pf-split-size"
        value={mode}
        options={SIZE_MODES[method].map(one => [one, names[one]])}
        onChange={next => set({ sizeModes: { ...form.sizeModes, [method]: next as SizeMode } })}
      />
      {fields[mode]}
      {method === 'paragraph' && (
        <NumberField
          label={trans.__('Shorter ones join a neighbour (characters)')}
          least={0}
          value={form.minSize}
          testId="pf-split-min-size"
          onChange={minSize => set({ minSize })}
        />
      )}
    </>
  );
}

function CharsField({ form, set }: MethodFieldsProps): React.JSX.Element {
  const trans = useTrans();
  return form.method === 'tokens' ? (
    <NumberField
      label={trans.__('Tokens in a part')}
      least={1}
      value={form.tokens}
      testId="pf-split-tokens"
      onChange={tokens => set({ tokens })}
    />
  ) : (
    <NumberField
      label={trans.__('Characters in a part')}
      least={1}
      value={form.chars}
      testId="pf-split-chars"
      onChange={chars => set({ chars })}
    />
  );
}
