/** The dialogs of prompts and their answers: each is loaded when it is first opened. */
import type { DialogName } from '../../state/view';
import { onDemand } from '../common/onDemand';
import { useView } from '../common/services';

const DIALOGS: Partial<Record<DialogName, React.ComponentType>> = {
  runs: onDemand(() => import('./RunsDialog')),
  compare: onDemand(() => import('../compare/CompareDialog')),
  runTemplate: onDemand(() => import('../templates/RunTemplateDialog')),
  saveAnswer: onDemand(() => import('./SaveAnswerDialog'))
};

export function PromptDialogs(): React.JSX.Element | null {
  const name = useView(state => state.dialog);
  const Dialog = name === null ? undefined : DIALOGS[name];
  return Dialog ? <Dialog /> : null;
}
