/** Takes back the last deletion, inside a dialog: notifications lie below it. */
import type { Deletions } from '../../state/deletions';
import { Button } from './buttons';
import { useStore, useTrans } from './services';

interface UndoBarProps {
  deletions: Deletions;
  testId: string;
  undoTestId: string;
}

export function UndoBar({ deletions, testId, undoTestId }: UndoBarProps): React.JSX.Element | null {
  const trans = useTrans();
  const [last] = useStore(deletions.pending);
  return last ? (
    <div className="pf-UndoBar" role="status" data-testid={testId}>
      <span>{trans.__('“%1” was deleted.', last.name)}</span>
      <Button testId={undoTestId} onClick={() => deletions.undo(last.id)}>
        {trans.__('Undo')}
      </Button>
    </div>
  ) : null;
}
