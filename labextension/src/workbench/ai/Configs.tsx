/** Models with parameters under a name: one is the default, each prompt remembers its own. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Notification } from '@jupyterlab/apputils';
import { addIcon, deleteIcon, editIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';
import type { ModelConfig } from '../../api/types';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { starIcon } from '../common/icons';
import { useServices, useStore } from '../common/services';
import { UndoBar } from '../common/UndoBar';
import { messageOf } from '../../api/errors';
import { ConfigForm } from './ConfigForm';
import { CONFIGS } from './models';
import { useConfigs, useModelName, useModels } from './useModels';

export function Configs(): React.JSX.Element {
  const { trans, session } = useServices();
  const client = useQueryClient();
  const configs = useConfigs();
  const { groups } = useModels();
  const [editing, setEditing] = useState<ModelConfig | 'new' | null>(null);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: CONFIGS });
  const prefer = useMutation({
    mutationFn: (id: string) => session.api.updateConfig(id, { isDefault: true }),
    onSettled: again
  });
  const deleted = useStore(session.deletedConfigs.pending);
  const shown = configs.filter(config => !deleted.some(({ id }) => id === config.id));
  const { error } = prefer;
  const remove = (config: ModelConfig): void => {
    session.deletedConfigs
      .remove(config)
      .catch((failure: unknown) => Notification.error(messageOf(failure), { autoClose: 8000 }));
  };
  if (editing) {
    return (
      <ConfigForm
        config={editing === 'new' ? null : editing}
        groups={groups}
        onDone={() => setEditing(null)}
      />
    );
  }
  return (
    <>
      <UndoBar
        deletions={session.deletedConfigs}
        testId="pf-undo-bar"
        undoTestId="pf-undo-delete"
      />
      {error && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {error.message}
        </p>
      )}
      {shown.length === 0 ? (
        <EmptyState
          title={trans.__('No configuration yet')}
          text={trans.__(
            'A configuration is a model with its parameters under a name. Each prompt remembers the one it is sent with.'
          )}
        >
          <NewButton disabled={groups.length === 0} onClick={() => setEditing('new')} />
        </EmptyState>
      ) : (
        <>
          <div className="pf-Toolbar">
            <span className="pf-Bar-space" />
            <NewButton disabled={groups.length === 0} onClick={() => setEditing('new')} />
          </div>
          <ul className="pf-Configs">
            {shown.map(config => (
              <ConfigRow
                key={config.id}
                config={config}
                onEdit={() => setEditing(config)}
                onDelete={() => remove(config)}
                onPrefer={() => prefer.mutate(config.id)}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function NewButton(props: { disabled: boolean; onClick: () => void }): React.JSX.Element {
  const { trans } = useServices();
  return (
    <Button
      kind="accept"
      icon={addIcon}
      testId="pf-new-config"
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {trans.__('New configuration')}
    </Button>
  );
}

interface ConfigRowProps {
  config: ModelConfig;
  onEdit: () => void;
  onDelete: () => void;
  onPrefer: () => void;
}

function ConfigRow({ config, onEdit, onDelete, onPrefer }: ConfigRowProps): React.JSX.Element {
  const { trans } = useServices();
  const nameOf = useModelName();
  return (
    <li className="pf-ConfigRow" data-testid="pf-config-row">
      <span className="pf-ConfigRow-text">
        <span className="pf-ConfigRow-name">
          {config.name}{' '}
          {config.isDefault && (
            <span className="pf-Tag" data-kind="good">
              {trans.__('default')}
            </span>
          )}
        </span>
        <span className="pf-Note">{nameOf(config.provider, config.model)}</span>
      </span>
      {!config.isDefault && (
        <IconButton
          icon={starIcon}
          label={trans.__('Make default')}
          testId="pf-prefer-config"
          onClick={onPrefer}
        />
      )}
      <IconButton
        icon={editIcon}
        label={trans.__('Edit')}
        testId="pf-edit-config"
        onClick={onEdit}
      />
      <IconButton
        icon={deleteIcon}
        label={trans.__('Delete')}
        testId="pf-delete-config"
        onClick={onDelete}
      />
    </li>
  );
}
