/** A template being written, a new one or one that is there. */
import { useState } from 'react';
import { ApiError, messageOf } from '../../api/errors';
import type { Template } from '../../api/types';
import { codePoints } from '../../state/text';
import { Button } from '../common/buttons';
import { characters } from '../common/numbers';
import { useServices } from '../common/services';
import { Field } from '../split/fields';
import { remember } from './actions';
import { TemplateText } from './TemplateText';

interface TemplateFormProps {
  /** null: a new one. */
  template: Template | null;
  /** Told whether there is something that would be lost. */
  setDirty: (dirty: boolean) => void;
  saved: (template: Template) => void;
  cancel: () => void;
}

export function TemplateForm(props: TemplateFormProps): React.JSX.Element {
  const { setDirty, saved, cancel } = props;
  const { session, trans, language } = useServices();
  // What it is compared with; decided anew when somebody else was quicker.
  const [base, setBase] = useState(props.template);
  const [name, setName] = useState(base?.name ?? '');
  const [content, setContent] = useState(base?.content ?? '');
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<Template | null>(null);
  const changed = name.trim() !== (base?.name ?? '') || content !== (base?.content ?? '');
  const ready = name.trim() !== '' && (changed || theirs !== null) && !saving;

  const save = async (over: Template | null): Promise<void> => {
    setSaving(true);
    setProblem(null);
    setTheirs(null);
    try {
      const body = { name: name.trim(), content };
      const made = over
        ? await session.api.updateTemplate(over.id, body, over.version)
        : await session.api.createTemplate(body);
      setDirty(false);
      await remember(session.queries, made);
      saved(made);
    } catch (error) {
      const now = error instanceof ApiError ? error.details['template'] : undefined;
      if (now && error instanceof ApiError && error.code === 'CONFLICT') {
        setTheirs(now as Template);
        setBase(now as Template);
      } else {
        setProblem(messageOf(error));
      }
      setSaving(false);
    }
  };
  return (
    <form
      className="pf-Template pf-mod-form"
      data-testid="pf-template-form"
      onSubmit={event => {
        event.preventDefault();
        if (ready) {
          void save(base);
        }
      }}
      onKeyDown={event => {
        if (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          event.currentTarget.requestSubmit();
        }
      }}
    >
      <Field
        label={trans.__('Name')}
        value={name}
        testId="pf-template-name-field"
        onChange={next => {
          setName(next);
          setDirty(true);
        }}
      />
      <TemplateText
        initial={base?.content ?? ''}
        label={trans.__('Text of the template')}
        testId="pf-template-editor"
        onChange={next => {
          setContent(next);
          setDirty(true);
        }}
      />
      {theirs && (
        <p className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-template-clash">
          {trans.__(
            'It was changed elsewhere meanwhile. Saving again keeps your text; theirs stays among the versions.'
          )}
        </p>
      )}
      {problem !== null && (
        <p className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-template-problem">
          {problem}
        </p>
      )}
      <div className="pf-Template-use">
        <span className="pf-Note">{characters(codePoints(content), trans, language)}</span>
        <span className="pf-Bar-space" />
        <Button onClick={cancel} testId="pf-template-cancel">
          {trans.__('Cancel')}
        </Button>
        <Button
          kind="accept"
          testId="pf-template-save"
          disabled={!ready}
          onClick={() => void save(base)}
        >
          {saving ? trans.__('Saving…') : trans.__('Save')}
        </Button>
      </div>
    </form>
  );
}
