/** With whom the open project is shared, and sharing it with more people. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { Modal } from '../common/Modal';
import { useProject, useServices, useStore, useView } from '../common/services';
import { ShareForm } from './ShareForm';
import { ShareRow } from './ShareRow';

export function ShareDialog(): React.JSX.Element | null {
  const open = useView(state => state.dialog === 'share');
  const role = useStore(useProject().state, state => state.role);
  return open && role === 'owner' ? <Sharing /> : null;
}

function Sharing(): React.JSX.Element {
  const { trans, view, session } = useServices();
  const project = useProject();
  const queries = useQueryClient();
  const name = useStore(project.state, state => state.tree.name);
  const [problem, setProblem] = useState<string | null>(null);
  const queryKey = ['shares', project.id];
  const shares = useQuery({ queryKey, queryFn: () => session.api.shares(project.id) });
  const items = shares.data?.items ?? [];

  /** Do something with the shares, tell what went wrong, and read them again; true: it is done. */
  const act = async (action: () => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    try {
      await action();
      return true;
    } catch (error) {
      setProblem(messageOf(error));
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey });
    }
  };
  const { api } = session;
  return (
    <Modal
      title={trans.__('Share “%1”', name)}
      testId="pf-share-dialog"
      onClose={() => view.state.patch({ dialog: null })}
    >
      <ShareForm
        groups={session.user?.groups ?? []}
        onShare={(whom, role) => act(() => api.share(project.id, whom, role))}
      />
      {(problem ?? shares.error) && (
        <div className="pf-Outcome" data-kind="error" role="alert" data-testid="pf-share-problem">
          {problem ?? shares.error?.message}
        </div>
      )}
      {items.length > 0 ? (
        <ul className="pf-SharedWith" aria-label={trans.__('Shared with')}>
          {items.map(share => (
            <ShareRow
              key={share.id}
              share={share}
              onRole={role => void act(() => api.changeShare(project.id, share.id, role))}
              onEnd={() => void act(() => api.endShare(project.id, share.id))}
            />
          ))}
        </ul>
      ) : (
        shares.isSuccess && <p className="pf-Lead">{trans.__('Only you see this project.')}</p>
      )}
      <p className="pf-Lead">
        {trans.__(
          'It holds at once, and ends at once. Everybody sends with their own key, and sees only their own answers.'
        )}
      </p>
    </Modal>
  );
}
