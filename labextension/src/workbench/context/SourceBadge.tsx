/** Whether a text is still what its source says: a mark in the tree, words in the editor. */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Source } from '../../api/types';
import type { Freshness } from '../../state/freshness';
import { parseReference } from '../../sources';
import type { ContextNode, Key } from '../../state/tree';
import { Button } from '../common/buttons';
import { useEditable, useProject, useServices, useStore } from '../common/services';

export function useFreshness(key: Key): Freshness | undefined {
  const { session } = useServices();
  return useStore(session.freshness(useProject().id).state, known => known.get(key));
}

function wordOf(freshness: Freshness, trans: TranslationBundle): string {
  return {
    fresh: trans.__('up to date'),
    stale: trans.__('source has changed'),
    gone: trans.__('source is gone')
  }[freshness];
}

/** Nothing where all is well: a tree of thousands needs no marks that say so. */
export function SourceMark({ node }: { node: ContextNode }): React.JSX.Element | null {
  const { trans } = useServices();
  const freshness = useFreshness(node.key);
  if (!node.source || freshness === undefined || freshness === 'fresh') {
    return null;
  }
  const word = wordOf(freshness, trans);
  return (
    <span
      className={`pf-SourceMark pf-mod-${freshness}`}
      role="img"
      aria-label={word}
      title={word}
      data-testid="pf-source-mark"
      data-freshness={freshness}
    />
  );
}

/** Below the text: where it came from, whether that has changed, and the way to take it anew. */
export function SourceBadge({ node }: { node: ContextNode }): React.JSX.Element | null {
  const { trans, view } = useServices();
  const editable = useEditable();
  const freshness = useFreshness(node.key);
  const { source } = node;
  if (!source || freshness === undefined) {
    return null;
  }
  return (
    <span className="pf-Source" data-testid="pf-source" data-freshness={freshness}>
      <span className={`pf-SourceMark pf-mod-${freshness}`} aria-hidden="true" />
      <span className="pf-Source-name" title={nameOf(source, true)}>
        {nameOf(source, false)}
      </span>
      <span className="pf-Source-word">{wordOf(freshness, trans)}</span>
      {editable && freshness === 'stale' && (
        <Button
          testId="pf-source-refresh"
          onClick={() => view.state.patch({ dialog: 'refresh', nodeKey: node.key })}
        >
          {trans.__('Refresh…')}
        </Button>
      )}
    </span>
  );
}

export function nameOf({ reference }: Source, whole: boolean): string {
  const { path, part } = parseReference(reference);
  const file = whole ? path : PathExt.basename(path);
  return part && whole ? `${file} # ${part}` : file;
}
