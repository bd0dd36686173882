/** The prompts of the project. */
import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import type { PromptNode } from '../../state/tree';
import { Button, IconButton } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { openMenu, openMenuAt } from '../common/menu';
import { useEditable, useProject, useServices, useTree, useView } from '../common/services';
import { NodeTitleField } from '../common/NodeTitle';
import { useKeptFocus } from '../common/useKeptFocus';
import { addPrompt, promptMenu, promptTitle, removePrompt } from './actions';
import { usePrompt } from './usePrompt';

export function PromptList(): React.JSX.Element {
  const services = useServices();
  const { trans } = services;
  const project = useProject();
  const editable = useEditable();
  const { prompts } = useTree();
  const open = usePrompt();
  const add = (): void => addPrompt(services, project);
  const host = useRef<HTMLDivElement>(null);
  const kept = useKeptFocus(
    prompts.map(prompt => prompt.key),
    key => {
      const row = key === null ? '' : `[data-key="${CSS.escape(key)}"] .pf-Row-open`;
      host.current?.querySelector<HTMLElement>(row || '.pf-Empty button')?.focus();
    }
  );
  return (
    <div ref={host} className="pf-Prompts" data-testid="pf-prompts" onFocus={kept}>
      <div className="pf-Bar">
        <span className="pf-Bar-title">{trans.__('Prompts')}</span>
        {editable && (
          <IconButton
            icon={addIcon}
            label={trans.__('Add prompt')}
            testId="pf-add-prompt"
            onClick={add}
          />
        )}
      </div>
      {prompts.length > 0 ? (
        <ul className="pf-Rows" aria-label={trans.__('Prompts')}>
          {prompts.map(prompt => (
            <PromptRow key={prompt.key} prompt={prompt} open={prompt === open} />
          ))}
        </ul>
      ) : (
        <NoPromptYet add={add} />
      )}
    </div>
  );
}

export function NoPromptYet({ add }: { add: () => void }): React.JSX.Element {
  const { trans } = useServices();
  if (!useEditable()) {
    return <EmptyState title={trans.__('No prompt yet')} testId="pf-no-prompt" />;
  }
  return (
    <EmptyState
      title={trans.__('No prompt yet')}
      text={trans.__('A prompt says what to do with the context you select for it.')}
      testId="pf-no-prompt"
    >
      <Button kind="accept" icon={addIcon} onClick={add} testId="pf-first-prompt">
        {trans.__('Add prompt')}
      </Button>
    </EmptyState>
  );
}

function PromptRow({ prompt, open }: { prompt: PromptNode; open: boolean }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const editable = useEditable();
  const renaming = useView(state => state.renaming === prompt.key);
  const inPrompts = useView(state => state.tab !== 'context');
  const title = promptTitle(prompt, trans);
  const rename = (): void => view.rename(prompt.key);
  return (
    <li
      className={`pf-Row pf-mod-prompt ${open && inPrompts ? 'pf-mod-active' : ''}`}
      data-testid="pf-prompt-row"
      data-key={prompt.key}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        if (!editable) {
          return;
        }
        openMenu(promptMenu(services, project, prompt), event.clientX, event.clientY);
      }}
    >
      {renaming ? (
        <NodeTitleField node={prompt} shown={title} testId="pf-title-field" />
      ) : (
        <button
          type="button"
          className="pf-Row-open"
          // One stop for the whole list, however long it is; arrows go on from there.
          tabIndex={open ? 0 : -1}
          aria-current={open || undefined}
          onClick={() => view.openPrompt(prompt.key)}
          onDoubleClick={editable ? rename : undefined}
          onKeyDown={event => {
            const keys: Record<string, () => void> = {
              F2: rename,
              Delete: () => removePrompt(services, project, prompt.key),
              ...(event.altKey
                ? {
                    ArrowUp: () => project.step(prompt.key, -1),
                    ArrowDown: () => project.step(prompt.key, 1)
                  }
                : {})
            };
            const act = editable ? keys[event.key] : undefined;
            const row = act || event.altKey ? undefined : rowFrom(event.currentTarget, event.key);
            if (act ?? row) {
              event.preventDefault();
              event.stopPropagation();
              act?.();
              row?.focus();
            }
          }}
        >
          <span className={`pf-Row-title ${prompt.title === null ? 'pf-mod-nameless' : ''}`}>
            {title}
          </span>
        </button>
      )}
      <span
        className="pf-Count"
        title={trans._n('%1 piece selected', '%1 pieces selected', prompt.selected.length)}
      >
        {prompt.selected.length > 0 ? prompt.selected.length : ''}
      </span>
      {editable && (
        <span className="pf-Row-actions">
          <IconButton
            icon={ellipsesIcon}
            label={trans.__('More for “%1”', title)}
            testId="pf-prompt-menu"
            menu
            tabIndex={open ? 0 : -1}
            onClick={event =>
              openMenuAt(promptMenu(services, project, prompt), event.currentTarget)
            }
          />
        </span>
      )}
    </li>
  );
}

/** The row a key leads to from another one. */
function rowFrom(row: Element, key: string): HTMLElement | undefined {
  const rows = [...(row.closest('ul')?.querySelectorAll<HTMLElement>('.pf-Row-open') ?? [])];
  const at = rows.findIndex(one => one === row);
  const to: Record<string, number> = {
    ArrowUp: Math.max(0, at - 1),
    ArrowDown: at + 1,
    Home: 0,
    End: rows.length - 1
  };
  return rows[to[key] ?? -1];
}
