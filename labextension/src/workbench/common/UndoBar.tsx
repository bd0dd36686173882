/** What was just deleted in a dialog, and the button that brings it back. */
import { Button } from './buttons';
import { useTrans } from './services';

interface UndoBarProps {
  text: string;
  onUndo: () => void;
}

export function UndoBar({ text, onUndo }: UndoBarProps): React.JSX.Element {
  const trans = useTrans();
  return (
    <div className="pf-UndoBar" role="status" data-testid="pf-undo-bar">
      <span>{text}</span>
      <Button testId="pf-undo-delete" onClick={onUndo}>
        {trans.__('Undo')}
      </Button>
    </div>
  );
}
