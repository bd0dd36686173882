/** The exact text that will be sent, as the server compiles it. */
import { copyIcon } from '@jupyterlab/ui-components';
import { Clipboard } from '@jupyterlab/apputils';
import { useEffect } from 'react';
import type { CompiledPrompt } from '../../api/types';
import type { PromptNode } from '../../state/tree';
import { findPrompt } from '../../state/tree';
import type { Preview, PreviewState } from '../../state/preview';
import { MOST_SHOWN } from '../../state/preview';
import { IconButton } from '../common/buttons';
import { exact, short } from '../common/numbers';
import { ReadOnlyText } from '../common/ReadOnlyText';
import { Section } from '../common/Section';
import { useProject, useServices, useStore } from '../common/services';

export function PreviewSection({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <Section
      name="preview"
      title={trans.__('Preview')}
      note={<PreviewNote prompt={prompt} />}
      actions={<CopyPrompt prompt={prompt} />}
    >
      <PreviewText prompt={prompt} />
    </Section>
  );
}

function usePreview(prompt: PromptNode): PreviewState {
  const { session } = useServices();
  const project = useProject();
  return useStore(session.preview(project.id, prompt.key).state);
}

export function PreviewNote({ prompt }: { prompt: PromptNode }): React.JSX.Element | null {
  const { trans, language } = useServices();
  const { result } = usePreview(prompt);
  return (
    result && (
      <span
        data-testid="pf-preview-note"
        title={trans.__(
          'Context %1, prompt %2, together %3 characters',
          exact(result.contextChars, language),
          exact(result.templateChars, language),
          exact(result.totalChars, language)
        )}
      >
        {short(result.totalChars, language)}
      </span>
    )
  );
}

export function CopyPrompt({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, session } = useServices();
  const project = useProject();
  return (
    <IconButton
      icon={copyIcon}
      label={trans.__('Copy the prompt')}
      testId="pf-copy-prompt"
      onClick={() => {
        void session
          .preview(project.id, prompt.key)
          .compile()
          .then(result => result && Clipboard.copyToSystem(result.compiled));
      }}
    />
  );
}

export function PreviewText({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, session } = useServices();
  const project = useProject();
  const preview = session.preview(project.id, prompt.key);
  const { result, whole, stale, error } = useStore(preview.state);
  useEffect(() => preview.watch(), [preview]);
  return (
    <div className={`pf-Preview ${stale ? 'pf-mod-stale' : ''}`} data-testid="pf-preview">
      {error !== null && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {error}
        </p>
      )}
      {result && <Remarks result={result} prompt={prompt} />}
      {result ? (
        result.compiled === '' ? (
          <p className="pf-Hint">{trans.__('The prompt is empty.')}</p>
        ) : (
          <>
            {!whole && <OnlyBeginning preview={preview} chars={result.totalChars} />}
            <ReadOnlyText
              text={result.compiled}
              label={trans.__('The text that will be sent')}
              testId="pf-preview-text"
            />
          </>
        )
      ) : (
        error === null && <p className="pf-Hint">{trans.__('Compiling…')}</p>
      )}
    </div>
  );
}

interface OnlyBeginningProps {
  preview: Preview;
  chars: number;
}

function OnlyBeginning({ preview, chars }: OnlyBeginningProps): React.JSX.Element {
  const { trans, language } = useServices();
  return (
    <p className="pf-Remark" data-testid="pf-only-beginning">
      {trans.__(
        'The first %1 of %2 characters are shown; all are copied and sent.',
        exact(MOST_SHOWN, language),
        exact(chars, language)
      )}{' '}
      <button type="button" className="pf-Link" onClick={() => void preview.compile()}>
        {trans.__('Show all')}
      </button>
    </p>
  );
}

interface RemarksProps {
  result: CompiledPrompt;
  prompt: PromptNode;
}

/** What the person should know before sending. */
function Remarks({ result, prompt }: RemarksProps): React.JSX.Element | null {
  const { trans } = useServices();
  const project = useProject();
  const append = (): void => {
    const template =
      project.texts.textOf(prompt.key) ?? findPrompt(project.tree, prompt.key)?.template ?? '';
    project.writeTemplate(prompt.key, `${template.trimEnd()}\n\n{{context}}\n`);
  };
  return (
    <>
      {result.contextUnused && (
        <p className="pf-Remark" data-testid="pf-context-unused">
          {trans.__('The selected context is not used: the prompt has no {{context}}.')}{' '}
          <button type="button" className="pf-Link" onClick={append}>
            {trans.__('Append it')}
          </button>
        </p>
      )}
      {result.missingVariables.length > 0 && (
        <p className="pf-Remark" data-testid="pf-missing-variables">
          {trans.__('Without a value: %1', result.missingVariables.join(', '))}
        </p>
      )}
    </>
  );
}
