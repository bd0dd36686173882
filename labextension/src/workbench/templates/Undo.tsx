/** Takes back the last deletion, inside the dialog: notifications lie below it. */
import { useServices, useStore } from '../common/services';

export function Undo(): React.JSX.Element | null {
  const { session, trans } = useServices();
  const [last] = useStore(session.removedTemplates.pending);
  if (!last) {
    return null;
  }
  return (
    <p className="pf-Library-told" role="status" data-testid="pf-template-removed">
      {trans.__('“%1” was deleted.', last.name)}{' '}
      <button
        type="button"
        className="pf-Link"
        data-testid="pf-template-undo"
        onClick={() => session.removedTemplates.undo(last.id)}
      >
        {trans.__('Undo')}
      </button>
    </p>
  );
}
