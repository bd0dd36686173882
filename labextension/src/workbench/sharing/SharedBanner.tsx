/** Whose the open project is, and what one may do with it, where it is somebody else's. */
import { usersIcon } from '@jupyterlab/ui-components';
import { Button } from '../common/buttons';
import { useProject, useServices, useStore } from '../common/services';
import { duplicateProject } from '../projects/actions';

export function SharedBanner(): React.JSX.Element | null {
  const services = useServices();
  const { trans } = services;
  const project = useProject();
  const role = useStore(project.state, state => state.role);
  const owner = useStore(project.state, state => state.owner);
  if (role === 'owner') {
    return null;
  }
  const name = owner?.name ?? '';
  return (
    <div className="pf-Shared" role="status" data-testid="pf-shared" data-role={role}>
      <usersIcon.react tag="span" elementSize="normal" />
      <span className="pf-Shared-text">
        {role === 'view'
          ? trans.__(
              'Shared by %1 for reading only. You can send its prompts with your own key.',
              name
            )
          : trans.__('Shared by %1. What you change is changed for everybody.', name)}
      </span>
      {role === 'view' && (
        <Button testId="pf-shared-copy" onClick={() => void duplicateProject(services, project.id)}>
          {trans.__('Make a copy')}
        </Button>
      )}
    </div>
  );
}
