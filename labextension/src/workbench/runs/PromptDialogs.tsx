/** The dialogs of prompts and their answers: each is loaded when it is first opened. */
import { lazy, Suspense } from 'react';
import type { DialogName } from '../../state/view';
import { useView } from '../common/services';

const DIALOGS: Partial<Record<DialogName, React.LazyExoticComponent<React.ComponentType>>> = {
  runs: lazy(() => import('./RunsDialog')),
  compare: lazy(() => import('../compare/CompareDialog')),
  runTemplate: lazy(() => import('../templates/RunTemplateDialog')),
  saveAnswer: lazy(() => import('./SaveAnswerDialog'))
};

export function PromptDialogs(): React.JSX.Element | null {
  const name = useView(state => state.dialog);
  const Dialog = name === null ? undefined : DIALOGS[name];
  return Dialog ? (
    <Suspense fallback={null}>
      <Dialog />
    </Suspense>
  ) : null;
}
