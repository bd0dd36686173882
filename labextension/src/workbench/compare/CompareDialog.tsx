/** One prompt to several models: what that may cost at most, then their answers beside each other. */
import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import { useState, useSyncExternalStore } from 'react';
import type { ModelInfo } from '../../api/types';
import type { RunModel } from '../../state/runs';
import { isRunning } from '../../state/runs';
import { infoOf, nameOf, takes } from '../../state/sending';
import type { PromptNode } from '../../state/tree';
import { ModelPicker } from '../ai/ModelPicker';
import { NumberField } from '../ai/NumberField';
import { money } from '../ai/prices';
import { useChoice } from '../ai/useModels';
import { Button } from '../common/buttons';
import { tokens } from '../common/numbers';
import { Modal } from '../common/Modal';
import { useProject, useServices, useView } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { stop } from '../runs/stop';
import { usePrompt } from '../prompts/usePrompt';
import { CompareColumn } from './CompareColumn';
import { useCeilings } from './useCeilings';

/** More columns than that cannot be read beside each other. */
const MOST = 6;

export default function CompareDialog(): React.JSX.Element | null {
  const prompt = usePrompt();
  return prompt && <Compare prompt={prompt} />;
}

interface Column {
  info: ModelInfo;
  run: RunModel;
}

function Compare({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const { trans, view, session, language } = useServices();
  const project = useProject();
  const { choice, groups } = useChoice(prompt);
  const recent = useView(state => state.recent);
  const [models, setModels] = useState<ModelInfo[]>(() => {
    const first = choice?.info ? nameOf(choice.info) : null;
    const names = [...new Set([first, ...recent])].filter(name => name !== null);
    return names.flatMap(name => infoOf(groups, ...splitName(name)) ?? []).slice(0, 3);
  });
  const [longest, setLongest] = useState<number | null>(null);
  const [columns, setColumns] = useState<readonly Column[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const { perModel, total, unknown } = useCeilings(prompt, models, longest);
  const running = useRunning(columns);
  const ask = async (): Promise<void> => {
    setProblem(null);
    const complete = await project.flush();
    const promptBlockId = project.queue.identities.promptIdOf(prompt.key);
    if (!complete || promptBlockId === null) {
      setProblem(
        trans.__('Not everything is saved yet, so the prompt was not sent. Try again in a moment.')
      );
      return;
    }
    const started = models.map(info => ({ info, run: session.newRun() }));
    setColumns(started);
    for (const { info, run } of started) {
      const target = { provider: info.provider, model: info.id };
      const most = takes(info, 'maxTokens')
        ? Math.min(longest ?? Infinity, info.maxOutput ?? Infinity)
        : Infinity;
      const limit = longest !== null && Number.isFinite(most) ? { maxTokens: most } : {};
      const of = { projectId: project.id, promptBlockId };
      void run.start(target, () => Promise.resolve({ ...target, ...limit, ...of, stream: true }));
    }
  };
  const stopAll = (): void => columns.forEach(({ run }) => void stop(run));
  return (
    <Modal
      title={trans.__('Ask several models: “%1”', promptTitle(prompt, trans))}
      size="full"
      testId="pf-compare"
      onClose={() => view.state.patch({ dialog: null })}
      footer={
        <>
          <span className="pf-Compare-total" role="status" data-testid="pf-compare-ceiling">
            {unknown > 0 && unknown === models.length
              ? trans._n(
                  'What it costs is not known: the model has no known price',
                  'What it costs is not known: the models have no known price',
                  unknown
                )
              : unknown > 0
                ? trans._n(
                    'At most %2; the price of %1 model is not known',
                    'At most %2; the prices of %1 models are not known',
                    unknown,
                    money(total, language)
                  )
                : trans.__('All together at most %1', money(total, language))}
          </span>
          <span className="pf-Bar-space" />
          {running ? (
            <Button kind="warn" icon={stopIcon} testId="pf-compare-stop" onClick={stopAll}>
              {trans.__('Stop all')}
            </Button>
          ) : (
            <Button
              kind="accept"
              icon={runIcon}
              testId="pf-compare-send"
              disabled={models.length === 0}
              onClick={() => void ask()}
            >
              {trans._n('Ask %1 model', 'Ask %1 models', models.length)}
            </Button>
          )}
        </>
      }
    >
      <div className="pf-Compare-bar">
        {models.map(info => (
          <span key={nameOf(info)} className="pf-Picked" data-testid="pf-compare-model">
            <span>{info.name ?? info.id}</span>
            <span className="pf-Note">{ceilingText(perModel.get(nameOf(info)))}</span>
            <button
              type="button"
              className="pf-Picked-drop"
              disabled={running}
              aria-label={trans.__('Leave out %1', info.name ?? info.id)}
              onClick={() => setModels(models.filter(one => one !== info))}
            >
              ×
            </button>
          </span>
        ))}
        {models.length < MOST && (
          <span className="pf-Compare-add">
            <ModelPicker
              choice={{
                provider: '',
                model: trans.__('Add a model'),
                config: null,
                parameters: {},
                info: null
              }}
              groups={groups}
              configs={[]}
              disabled={running}
              onModel={name => {
                const info = infoOf(groups, ...splitName(name));
                if (info && !models.some(one => nameOf(one) === name)) {
                  setModels([...models, info]);
                }
              }}
            />
          </span>
        )}
        <NumberField
          name="compare-longest"
          label={trans.__('Longest answer, tokens')}
          hint={trans.__("the model's own")}
          least={1}
          most={1_000_000}
          step={1}
          whole
          value={longest}
          onChange={setLongest}
        />
      </div>
      {problem && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {problem}
        </p>
      )}
      <div className="pf-Columns">
        {columns.map(({ info, run }) => (
          <CompareColumn key={nameOf(info)} info={info} run={run} prompt={prompt} />
        ))}
        {columns.length === 0 && (
          <p className="pf-Master-none">
            {trans.__('Choose up to %1 models. Nothing is sent before you ask them.', MOST)}
          </p>
        )}
      </div>
    </Modal>
  );

  function ceilingText(ceiling: { tokens: number; dollars: number | null } | undefined): string {
    return ceiling
      ? [
          tokens(ceiling.tokens, true, trans, language),
          ceiling.dollars === null ? '' : `≤ ${money(ceiling.dollars, language)}`
        ]
          .filter(part => part !== '')
          .join(' · ')
      : '…';
  }
}

function splitName(name: string): [string, string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** Whether any of them is still being written. */
function useRunning(columns: readonly Column[]): boolean {
  return useSyncExternalStore(
    changed => {
      const ends = columns.map(({ run }) => run.state.subscribe(changed));
      return () => ends.forEach(end => end());
    },
    () => columns.some(({ run }) => isRunning(run.state.get().phase))
  );
}
