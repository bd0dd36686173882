/** What a template said before: every saved version, to read and to bring back. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import type { Template } from '../../api/types';
import { Button } from '../common/buttons';
import { ago, characters } from '../common/numbers';
import { ReadOnlyText } from '../common/ReadOnlyText';
import { useServices } from '../common/services';
import { READ_PLACEHOLDERS } from '../prompts/placeholders';
import { remember, templateKey } from './actions';

interface VersionListProps {
  template: Template;
  back: () => void;
}

export function VersionList({ template, back }: VersionListProps): React.JSX.Element {
  const { session, trans, language } = useServices();
  const [chosen, setChosen] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const list = useInfiniteQuery({
    queryKey: [...templateKey(template.id), 'versions'],
    queryFn: ({ pageParam }) => session.api.templateVersions(template.id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor
  });
  const versions = list.data?.pages.flatMap(page => page.items) ?? [];
  const shown = chosen ?? versions.find(one => one.version !== template.version)?.version ?? null;
  const text = useQuery({
    queryKey: [...templateKey(template.id), 'version', shown],
    queryFn: () => session.api.templateVersion(template.id, shown ?? 0),
    enabled: shown !== null,
    staleTime: Infinity // a version never changes
  });
  const restore = async (): Promise<void> => {
    try {
      const restored = await session.api.restoreTemplate(template.id, shown ?? 0);
      await remember(session.queries, restored);
      back();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const failure = list.error ?? text.error;
  return (
    <article className="pf-Template" data-testid="pf-versions">
      <div className="pf-Template-head">
        <h3 className="pf-Template-name">{trans.__('Versions of “%1”', template.name)}</h3>
      </div>
      <ul className="pf-VersionRows" aria-label={trans.__('Versions')}>
        {versions.map(({ version, name, chars, createdAt }) => (
          <li key={version}>
            <button
              type="button"
              className={`pf-VersionRow ${version === shown ? 'pf-mod-active' : ''}`}
              aria-current={version === shown || undefined}
              data-testid="pf-version-row"
              onClick={() => setChosen(version)}
            >
              <span>{version}</span>
              <span className="pf-VersionRow-name">{name}</span>
              <span className="pf-Note">
                {version === template.version
                  ? trans.__('as it is now')
                  : `${characters(chars, trans, language)} · ${ago(createdAt, language)}`}
              </span>
            </button>
          </li>
        ))}
        {list.hasNextPage && (
          <li className="pf-Library-more">
            <Button onClick={() => void list.fetchNextPage()}>{trans.__('Show more')}</Button>
          </li>
        )}
      </ul>
      {list.isSuccess && versions.length < 2 ? (
        <p className="pf-Hint">{trans.__('It has never been changed.')}</p>
      ) : text.data ? (
        <ReadOnlyText
          text={text.data.content}
          label={trans.__('Text of version %1', text.data.version)}
          testId="pf-version-text"
          extensions={READ_PLACEHOLDERS}
        />
      ) : (
        <p className="pf-Hint" role="status">
          {failure ? messageOf(failure) : trans.__('Loading…')}
        </p>
      )}
      {problem !== null && (
        <p className="pf-Outcome" data-kind="error" role="alert">
          {problem}
        </p>
      )}
      <div className="pf-Template-use">
        <Button
          kind="accept"
          testId="pf-restore-version"
          disabled={shown === null || shown === template.version}
          onClick={() => void restore()}
        >
          {trans.__('Make it the newest again')}
        </Button>
        <Button testId="pf-versions-back" onClick={back}>
          {trans.__('Back')}
        </Button>
      </div>
    </article>
  );
}
