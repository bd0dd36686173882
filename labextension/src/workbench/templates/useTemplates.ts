/** The list of the library: all of it by some order, or what a search found. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Fragment, TemplateSearch, TemplateSort, TemplateSummary } from '../../api/types';
import { useServices, useStore } from '../common/services';
import { TEMPLATES } from './actions';

export interface TemplateRow {
  template: TemplateSummary;
  name: Fragment[];
  excerpt: Fragment[];
}

export interface TemplateRows {
  rows: TemplateRow[];
  status: 'pending' | 'error' | 'success';
  message: string | null;
  /** Another query that was asked instead, because nothing has the words of this one. */
  suggestion: string | null;
  more: (() => void) | null;
  retry: () => void;
}

export function useTemplates(q: string, sort: TemplateSort): TemplateRows {
  const { session } = useServices();
  const removed = useStore(session.deletedTemplates.pending);
  const all = useInfiniteQuery({
    queryKey: [...TEMPLATES, 'list', sort],
    queryFn: ({ pageParam }) => session.api.templates(sort, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    placeholderData: keepPreviousData,
    enabled: q === ''
  });
  const found = useQuery({
    queryKey: [...TEMPLATES, 'search', q],
    queryFn: () => session.api.searchTemplates(q),
    placeholderData: keepPreviousData,
    enabled: q !== ''
  });
  const { status, error, refetch } = q === '' ? all : found;
  const rows =
    q === ''
      ? (all.data?.pages ?? []).flatMap(page => page.items).map(plainRow)
      : (found.data?.items ?? []).map(hitRow);
  const hidden = new Set(removed.map(one => one.id));
  return {
    rows: rows.filter(({ template }) => !hidden.has(template.id)),
    status,
    message: error?.message ?? null,
    suggestion: q === '' ? null : suggestionOf(found.data),
    more: q === '' && all.hasNextPage ? () => void all.fetchNextPage() : null,
    retry: () => void refetch()
  };
}

function plainRow(template: TemplateSummary): TemplateRow {
  return {
    template,
    name: [{ text: template.name, hit: false }],
    excerpt: [{ text: template.excerpt ?? '', hit: false }]
  };
}

function hitRow(template: TemplateSearch['items'][number]): TemplateRow {
  return { template, name: template.markedName, excerpt: template.snippet };
}

function suggestionOf(found: TemplateSearch | undefined): string | null {
  return found?.matched === 'similar' ? (found.suggestion ?? null) : null;
}
