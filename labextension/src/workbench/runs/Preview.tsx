/** The exact text that will be sent, as the server compiles it. */
import { copyIcon } from '@jupyterlab/ui-components';
import type { Extension } from '@codemirror/state';
import { useEffect, useMemo } from 'react';
import { Failure } from '../common/Failure';
import type { CompiledPiece, CompiledPrompt } from '../../api/types';
import type { PromptNode } from '../../state/tree';
import type { Preview, PreviewState } from '../../state/preview';
import { MOST_SHOWN } from '../../state/preview';
import { pathTo } from '../../state/tree';
import { titleOf } from '../context/actions';
import { IconButton } from '../common/buttons';
import { exact, short } from '../common/numbers';
import { ReadOnlyText } from '../common/ReadOnlyText';
import { Section } from '../common/Section';
import { useProject, useServices, useStore } from '../common/services';
import { copyPart } from '../prompts/copying';
import { pieceMarks } from './pieceMarks';
import { Shares } from './Shares';

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
  const services = useServices();
  const { trans } = services;
  const project = useProject();
  return (
    <IconButton
      icon={copyIcon}
      label={trans.__('Copy the prompt')}
      testId="pf-copy-prompt"
      onClick={() => void copyPart(services, project, prompt, 'prompt')}
    />
  );
}

export function PreviewText({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, session } = useServices();
  const project = useProject();
  const preview = session.preview(project.id, prompt.key);
  const { result, whole, stale, error } = useStore(preview.state);
  const { told, marks } = usePieces(preview);
  useEffect(() => preview.watch(), [preview]);
  return (
    <div className={`pf-Preview ${stale ? 'pf-mod-stale' : ''}`} data-testid="pf-preview">
      {error !== null && <Failure message={error} retry={() => void preview.compile(MOST_SHOWN)} />}
      {result ? (
        result.compiled === '' ? (
          <p className="pf-Hint">{trans.__('The prompt is empty.')}</p>
        ) : (
          <>
            {!whole && <OnlyBeginning preview={preview} chars={result.totalChars} />}
            <Shares result={result} told={told} />
            <ReadOnlyText
              text={result.compiled}
              label={trans.__('The text that will be sent')}
              testId="pf-preview-text"
              extensions={marks}
            />
          </>
        )
      ) : (
        error === null && <p className="pf-Hint">{trans.__('Compiling…')}</p>
      )}
    </div>
  );
}

/** What is said of a piece: where it comes from, and its share; and its mark in the text. */
function usePieces(preview: Preview): {
  told: (piece: CompiledPiece) => string;
  marks: Extension[];
} {
  const { trans, language } = useServices();
  const project = useProject();
  return useMemo(() => {
    const result = (): CompiledPrompt | null => preview.state.get().result;
    const told = ({ blockId, itemId, subItemId, chars }: CompiledPiece): string => {
      const key = project.queue.identities.keyOf({ blockId, itemId, subItemId });
      const path = pathTo(project.tree.blocks, key).map(node => titleOf(node, trans));
      const share = (chars / Math.max(1, result()?.totalChars ?? 1)).toLocaleString(language, {
        style: 'percent',
        maximumFractionDigits: 1
      });
      return trans.__('%1: %2 of the prompt', path.join(' › '), share);
    };
    return { told, marks: [pieceMarks(result, told)] };
  }, [preview, project, trans, language]);
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
