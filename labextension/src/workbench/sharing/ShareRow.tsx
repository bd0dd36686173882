/** One with whom a project is shared. */
import { closeIcon, userIcon, usersIcon } from '@jupyterlab/ui-components';
import type { Share } from '../../api/types';
import { IconButton } from '../common/buttons';
import { DropDown } from '../common/DropDown';
import { useServices } from '../common/services';
import { roleName } from './roles';

interface ShareRowProps {
  share: Share;
  onRole: (role: Share['role']) => void;
  onEnd: () => void;
}

export function ShareRow({ share, onRole, onEnd }: ShareRowProps): React.JSX.Element {
  const { trans } = useServices();
  const name = share.user?.name ?? share.group ?? '';
  const Icon = share.user ? userIcon : usersIcon;
  return (
    <li className="pf-ShareRow" data-testid="pf-share-row">
      <Icon.react tag="span" elementSize="normal" />
      <span className="pf-ShareRow-name" title={name}>
        {name}
        {!share.user && <span className="pf-Note"> {trans.__('group')}</span>}
      </span>
      <DropDown
        value={share.role}
        aria-label={trans.__('What %1 may do', name)}
        data-testid="pf-share-row-role"
        onChange={event => onRole(event.target.value as Share['role'])}
      >
        <option value="view">{roleName('view', trans)}</option>
        <option value="edit">{roleName('edit', trans)}</option>
      </DropDown>
      <IconButton
        icon={closeIcon}
        label={trans.__('Stop sharing with %1', name)}
        testId="pf-share-end"
        onClick={onEnd}
      />
    </li>
  );
}
