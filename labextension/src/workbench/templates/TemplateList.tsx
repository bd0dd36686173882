/** The left of the library: find, sort, choose. */
import { addIcon, fileUploadIcon } from '@jupyterlab/ui-components';
import { useDeferredValue, useState } from 'react';
import type { TemplateSort } from '../../api/types';
import { Button } from '../common/buttons';
import { EmptyState } from '../common/EmptyState';
import { ago, characters } from '../common/numbers';
import { DropDown } from '../common/DropDown';
import { SearchField } from '../common/SearchField';
import { useServices } from '../common/services';
import { UndoBar } from '../common/UndoBar';
import { Marked } from './Marked';
import type { TemplateRow } from './useTemplates';
import { useTemplates } from './useTemplates';

interface TemplateListProps {
  chosen: string | null;
  choose: (id: string) => void;
  create: () => void;
  upload: () => void;
}

export function TemplateList(props: TemplateListProps): React.JSX.Element {
  const { chosen, choose, create, upload } = props;
  const { trans, session } = useServices();
  const [text, setText] = useState('');
  const [sort, setSort] = useState<TemplateSort>('updated');
  const q = useDeferredValue(text.trim());
  const list = useTemplates(q, sort);
  const { rows, status, suggestion, more } = list;
  const none = status === 'success' && rows.length === 0;
  return (
    <div className="pf-Library-list">
      <div className="pf-Library-find">
        <SearchField
          value={text}
          label={trans.__('Find a template')}
          testId="pf-template-search"
          focused
          onChange={setText}
          onKeyDown={event => {
            const list = event.currentTarget.closest('.pf-Library-list');
            const first = rows[0];
            if (event.key === 'ArrowDown' && first) {
              event.preventDefault();
              list?.querySelector<HTMLElement>('.pf-TemplateRow')?.focus();
            } else if (event.key === 'Enter' && first) {
              event.preventDefault(); // it is not meant for what gets the focus now
              choose(first.template.id);
            }
          }}
        />
        <DropDown
          value={sort}
          disabled={q !== ''}
          aria-label={trans.__('Order')}
          title={q === '' ? trans.__('Order') : trans.__('What was found stands best first.')}
          data-testid="pf-template-sort"
          onChange={event => setSort(event.target.value as TemplateSort)}
        >
          <option value="updated">{trans.__('Last changed')}</option>
          <option value="name">{trans.__('By name')}</option>
          <option value="used">{trans.__('Last used')}</option>
        </DropDown>
      </div>
      {suggestion !== null && (
        <p className="pf-Library-told" role="status" data-testid="pf-template-suggestion">
          {trans.__('Nothing has “%1”.', q)}{' '}
          <button type="button" className="pf-Link" onClick={() => setText(suggestion)}>
            {trans.__('Did you mean “%1”?', suggestion)}
          </button>
        </p>
      )}
      {status === 'error' ? (
        <EmptyState title={trans.__('The library could not be loaded')} text={list.message ?? ''}>
          <Button onClick={list.retry}>{trans.__('Try again')}</Button>
        </EmptyState>
      ) : none && q !== '' ? (
        <EmptyState
          title={trans.__('Nothing was found')}
          text={trans.__('Names and texts are searched, in English and Russian.')}
          testId="pf-no-hits"
        />
      ) : none ? (
        <EmptyState
          title={trans.__('No template yet')}
          text={trans.__(
            'A template is a prompt you use again. Write one here, import texts, or save a prompt to the library.'
          )}
          testId="pf-no-templates"
        />
      ) : (
        <Rows rows={rows} chosen={chosen} choose={choose} more={more} />
      )}
      <UndoBar
        deletions={session.deletedTemplates}
        testId="pf-template-removed"
        undoTestId="pf-template-undo"
      />
      <div className="pf-Library-foot">
        <Button icon={addIcon} onClick={create} testId="pf-new-template">
          {trans.__('New template')}
        </Button>
        <Button
          icon={fileUploadIcon}
          onClick={upload}
          title={trans.__('Texts (.md, .txt) or a zip of them; files can be dropped here, too.')}
          testId="pf-import-templates"
        >
          {trans.__('Import')}
        </Button>
      </div>
    </div>
  );
}

interface RowsProps extends Pick<TemplateListProps, 'chosen' | 'choose'> {
  rows: readonly TemplateRow[];
  more: (() => void) | null;
}

function Rows({ rows, chosen, choose, more }: RowsProps): React.JSX.Element {
  const { trans } = useServices();
  return (
    <ul
      className="pf-Library-rows"
      aria-label={trans.__('Templates')}
      onKeyDown={event => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
        const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.pf-TemplateRow')];
        const next = all[all.findIndex(row => row === document.activeElement) + step];
        if (step !== 0 && next) {
          event.preventDefault();
          next.focus();
        }
      }}
    >
      {rows.map(row => (
        <Row key={row.template.id} row={row} chosen={row.template.id === chosen} choose={choose} />
      ))}
      {more && (
        <li className="pf-Library-more">
          <Button onClick={more}>{trans.__('Show more')}</Button>
        </li>
      )}
    </ul>
  );
}

interface RowProps extends Pick<TemplateListProps, 'choose'> {
  row: TemplateRow;
  chosen: boolean;
}

function Row({ row, chosen, choose }: RowProps): React.JSX.Element {
  const { trans, language } = useServices();
  const { template, name, excerpt } = row;
  const facts = [
    characters(template.chars, trans, language),
    ago(template.updatedAt, language),
    template.uses > 0 ? trans._n('used %1 time', 'used %1 times', template.uses) : null
  ];
  return (
    <li>
      <button
        type="button"
        className={`pf-TemplateRow ${chosen ? 'pf-mod-active' : ''}`}
        aria-current={chosen || undefined}
        data-testid="pf-template-row"
        onClick={() => choose(template.id)}
      >
        <span className="pf-TemplateRow-name">
          <Marked pieces={name} />
        </span>
        <span className="pf-TemplateRow-excerpt">
          <Marked pieces={excerpt} />
        </span>
        <span className="pf-TemplateRow-facts">
          {facts.filter(fact => fact !== null).join(' · ')}
        </span>
      </button>
    </li>
  );
}
