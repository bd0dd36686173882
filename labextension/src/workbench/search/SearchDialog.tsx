/** Finds words anywhere in the open project, and goes where they stand. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { Failure } from '../common/Failure';
import type { ProjectHit } from '../../api/types';
import { Button } from '../common/buttons';
import { Marked } from '../common/Marked';
import { Modal } from '../common/Modal';
import { SearchField } from '../common/SearchField';
import { useProject, useServices } from '../common/services';
import { goTo, kindText } from './hits';

export default function SearchDialog(): React.JSX.Element {
  const services = useServices();
  const { trans, view, session } = services;
  const project = useProject();
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const list = useRef<HTMLUListElement>(null);
  const found = useInfiniteQuery({
    queryKey: ['search', project.id, q],
    queryFn: async ({ pageParam, signal }) => {
      await project.flush();
      return session.api.searchProject(project.id, q, pageParam, signal);
    },
    enabled: q !== '',
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    placeholderData: keepPreviousData,
    gcTime: 0
  });
  const hits = q === '' ? [] : (found.data?.pages.flatMap(page => page.items) ?? []);
  const total = found.data?.pages[0]?.total ?? 0;
  const close = (): void => view.state.patch({ dialog: null });
  const choose = (hit: ProjectHit): void => {
    close();
    goTo(services, project, hit);
  };
  const step = (by: 1 | -1): void => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.findIndex(button => button === document.activeElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + by))]?.focus();
  };
  return (
    <Modal title={trans.__('Find in the project')} testId="pf-search" onClose={close}>
      <div
        className="pf-Finder"
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            step(event.key === 'ArrowDown' ? 1 : -1);
          }
        }}
      >
        <SearchField
          value={text}
          label={trans.__('Words in texts, prompts and answers')}
          testId="pf-search-field"
          focused
          onChange={setText}
          onKeyDown={event => {
            if (event.key === 'Enter' && hits[0]) {
              choose(hits[0]);
            }
          }}
        />
        <p className="pf-Note" role="status" data-testid="pf-search-count">
          {q === ''
            ? trans.__('In any order and form; "a phrase" stands together, -word must not occur.')
            : found.isError
              ? ''
              : found.isSuccess
                ? trans._n('%1 place found', '%1 places found', total)
                : trans.__('Looking…')}
        </p>
        {q !== '' && found.isError && (
          <Failure message={found.error.message} retry={() => void found.refetch()} />
        )}
        <ul className="pf-Hits" ref={list} aria-label={trans.__('What was found')}>
          {hits.map((hit, k) => (
            <li key={k}>
              <button
                type="button"
                className="pf-Hit"
                data-testid="pf-hit"
                onClick={() => choose(hit)}
              >
                <span className="pf-Hit-head">
                  <span className="pf-Chip">{kindText(hit.kind, trans)}</span>
                  <span className="pf-Hit-title">
                    {hit.path.map(title => `${title} › `)}
                    <Marked fragments={hit.markedTitle} />
                  </span>
                  <span className="pf-Count">{trans._n('%1 hit', '%1 hits', hit.hits)}</span>
                </span>
                {hit.snippet.length > 0 && (
                  <span className="pf-Hit-text">
                    <Marked fragments={hit.snippet} />
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
        {q !== '' && found.hasNextPage && (
          <Button onClick={() => void found.fetchNextPage()}>{trans.__('Show more')}</Button>
        )}
      </div>
    </Modal>
  );
}
