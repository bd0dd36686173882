/** What has changed at the source of a text, before the text is taken anew. */
import { useQuery } from '@tanstack/react-query';
import type { Change } from 'diff';
import { diffLines } from 'diff';
import { digest, estimateTokens } from '../../sources';
import { codePoints } from '../../state/text';
import { findNode } from '../../state/tree';
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { exact } from '../common/numbers';
import { useProject, useServices, useTree, useView } from '../common/services';
import { titleOf } from './actions';
import { retake } from './refreshing';
import { nameOf } from './SourceBadge';

/** Lines of unchanged text that are shown around a change. */
const AROUND = 3;
/** Longer differences than this are not looked for line by line. */
const MOST_EDITS = 5000;

export default function RefreshDialog(): React.JSX.Element | null {
  const services = useServices();
  const { trans, language, view } = services;
  const project = useProject();
  const node = findNode(
    useTree(),
    useView(state => state.nodeKey)
  );
  const source = node?.source;
  const read = useQuery({
    queryKey: ['source', project.id, node?.key, source?.contentHash],
    queryFn: async () => {
      if (!node || !source) {
        return null;
      }
      const [mine, theirs] = await Promise.all([
        project.texts.whenLoaded(node.key),
        services.sources.read(source)
      ]);
      return mine === null || theirs === null || theirs === undefined ? null : { mine, theirs };
    },
    staleTime: 0,
    gcTime: 0
  });
  if (!node || !source) {
    return null;
  }
  const close = (): void => view.state.patch({ dialog: null });
  const texts = read.data;
  const edited = texts && digest(texts.mine) !== source.contentHash;
  const signed = (count: number): string => `${count > 0 ? '+' : ''}${exact(count, language)}`;
  const take = (): void => {
    if (texts) {
      retake(project, { node, text: texts.theirs });
    }
    close();
  };
  return (
    <Modal
      title={trans.__('Refresh “%1”', titleOf(node, trans))}
      testId="pf-refresh"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{trans.__('Keep the text')}</Button>
          <Button kind="accept" testId="pf-refresh-take" disabled={!texts} onClick={take}>
            {trans.__('Take the new text')}
          </Button>
        </>
      }
    >
      {read.isPending ? (
        <div className="pf-Waiting" role="status">
          {trans.__('Loading…')}
        </div>
      ) : !texts ? (
        <p>{trans.__('The source cannot be read any more.')}</p>
      ) : (
        <>
          <p className="pf-Lead" data-testid="pf-refresh-facts">
            {trans.__(
              '%1: %2 characters, ≈ %3 tokens',
              nameOf(source, true),
              signed(codePoints(texts.theirs) - codePoints(texts.mine)),
              signed(estimateTokens(texts.theirs) - estimateTokens(texts.mine))
            )}
          </p>
          {edited && (
            <p className="pf-Warning" role="alert">
              {trans.__(
                'This text was edited here since it was taken. The edits would be replaced.'
              )}
            </p>
          )}
          <Difference before={texts.mine} after={texts.theirs} />
        </>
      )}
    </Modal>
  );
}

function Difference({ before, after }: { before: string; after: string }): React.JSX.Element {
  const { trans } = useServices();
  const changes = diffLines(before, after, { maxEditLength: MOST_EDITS });
  if (!changes) {
    return <p>{trans.__('The texts differ in nearly every line.')}</p>;
  }
  return (
    <pre className="pf-Diff" data-testid="pf-diff" tabIndex={0}>
      {changes.map((change, k) => (
        <Stretch key={k} change={change} first={k === 0} last={k === changes.length - 1} />
      ))}
    </pre>
  );
}

function Stretch(props: { change: Change; first: boolean; last: boolean }): React.JSX.Element {
  const { change, first, last } = props;
  const { value, added, removed } = change;
  if (added) {
    return <ins>{value}</ins>;
  }
  if (removed) {
    return <del>{value}</del>;
  }
  const lines = value.split('\n');
  if (lines.length <= 2 * AROUND + 2) {
    return <span>{value}</span>;
  }
  const head = first ? [] : lines.slice(0, AROUND);
  const tail = last ? [] : lines.slice(-AROUND - 1);
  return <span>{[...head, '⋯', ...tail].join('\n')}</span>;
}
