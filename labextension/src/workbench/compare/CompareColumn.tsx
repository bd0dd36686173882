/** The answer of one of several models. */
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon, saveIcon, stopIcon } from '@jupyterlab/ui-components';
import type { ModelInfo } from '../../api/types';
import type { RunModel } from '../../state/runs';
import { isRunning } from '../../state/runs';
import type { PromptNode } from '../../state/tree';
import { IconButton } from '../common/buttons';
import { useEditable, useServices, useStore } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { answerTitle } from '../runs/actions';
import { AnswerBody } from '../runs/AnswerBody';
import { factsOf } from '../runs/facts';
import { stop } from '../runs/stop';

interface CompareColumnProps {
  info: ModelInfo;
  run: RunModel;
  prompt: PromptNode;
}

export function CompareColumn({ info, run, prompt }: CompareColumnProps): React.JSX.Element {
  const { trans, view, language } = useServices();
  const state = useStore(run.state);
  const editable = useEditable();
  const running = isRunning(state.phase);
  const name = info.name ?? info.id;
  const save = (): void =>
    view.state.patch({
      dialog: 'saveAnswer',
      saving: { title: answerTitle(trans, promptTitle(prompt, trans), info.id), text: state.text }
    });
  return (
    <section
      className="pf-Column"
      aria-label={name}
      data-testid="pf-compare-column"
      data-phase={state.phase}
    >
      <div className="pf-Bar">
        <span className="pf-Bar-title" title={`${info.provider} · ${info.id}`}>
          {name}
        </span>
        <span className="pf-Bar-space" />
        {running ? (
          <IconButton icon={stopIcon} label={trans.__('Stop')} onClick={() => void stop(run)} />
        ) : (
          <>
            <IconButton
              icon={copyIcon}
              label={trans.__('Copy the answer')}
              disabled={state.text === ''}
              onClick={() => Clipboard.copyToSystem(state.text)}
            />
            <IconButton
              icon={saveIcon}
              label={trans.__('Edit, or save as context…')}
              disabled={state.text === '' || !editable}
              onClick={save}
            />
          </>
        )}
      </div>
      <p className="pf-Hint">{factsOf(state, trans, language).join(' · ')}</p>
      <div className="pf-Column-body" tabIndex={0} aria-label={trans.__('Answer')}>
        <AnswerBody state={state} />
      </div>
    </section>
  );
}
