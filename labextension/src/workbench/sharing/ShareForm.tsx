/** Sharing with one more: a person by e-mail or sign-in name, or a group of the Hub. */
import { useId, useState } from 'react';
import type { Share } from '../../api/types';
import { Button } from '../common/buttons';
import { DropDown } from '../common/DropDown';
import { useServices } from '../common/services';
import { roleName } from './roles';

type Kind = 'user' | 'group';

interface ShareFormProps {
  /** The groups one is in, as suggestions; without any, groups are not offered. */
  groups: readonly string[];
  /** Returns whether it was done. */
  onShare: (whom: { user: string } | { group: string }, role: Share['role']) => Promise<boolean>;
}

export function ShareForm({ groups, onShare }: ShareFormProps): React.JSX.Element {
  const { trans } = useServices();
  const [kind, setKind] = useState<Kind>('user');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Share['role']>('view');
  const [busy, setBusy] = useState(false);
  const suggestions = useId();
  const who = name.trim();
  const share = async (): Promise<void> => {
    setBusy(true);
    const done = await onShare(kind === 'user' ? { user: who } : { group: who }, role);
    setBusy(false);
    if (done) {
      setName('');
    }
  };
  const label = kind === 'user' ? trans.__('E-mail or sign-in name') : trans.__('Name of a group');
  return (
    <form
      className="pf-ShareForm"
      onSubmit={event => {
        event.preventDefault();
        if (who !== '' && !busy) {
          void share();
        }
      }}
    >
      {groups.length > 0 && (
        <DropDown
          value={kind}
          aria-label={trans.__('With whom')}
          data-testid="pf-share-kind"
          onChange={event => setKind(event.target.value as Kind)}
        >
          <option value="user">{trans.__('Person')}</option>
          <option value="group">{trans.__('Group')}</option>
        </DropDown>
      )}
      <input
        className="jp-mod-styled"
        value={name}
        placeholder={label}
        aria-label={label}
        data-autofocus
        autoComplete="off"
        list={kind === 'group' ? suggestions : undefined}
        data-testid="pf-share-name"
        onChange={event => setName(event.target.value)}
      />
      <datalist id={suggestions}>
        {groups.map(group => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <DropDown
        value={role}
        aria-label={trans.__('What they may do')}
        data-testid="pf-share-role"
        onChange={event => setRole(event.target.value as Share['role'])}
      >
        <option value="view">{roleName('view', trans)}</option>
        <option value="edit">{roleName('edit', trans)}</option>
      </DropDown>
      <Button
        kind="accept"
        testId="pf-share"
        disabled={who === '' || busy}
        onClick={() => void share()}
      >
        {trans.__('Share')}
      </Button>
    </form>
  );
}
