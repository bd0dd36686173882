/** The title of a node of the project: at the head of its editor, and while it is edited. */
import type { Key } from '../../state/tree';
import { useEditable, useProject, useServices, useView } from './services';
import { TitleField } from './TitleField';

interface NodeTitleProps {
  node: { key: Key; title: string | null };
  /** Its own, or what stands for it. */
  shown: string;
  testId: string;
}

/** At the head of an editor: a click renames. */
export function NodeTitle({ node, shown, testId }: NodeTitleProps): React.JSX.Element {
  const { trans, view } = useServices();
  const editable = useEditable();
  const renaming = useView(state => state.renaming === `head ${node.key}`);
  if (renaming) {
    return <NodeTitleField node={node} shown={shown} testId={`${testId}-field`} />;
  }
  if (!editable) {
    return (
      <span className="pf-Node-title pf-mod-still" data-testid={testId}>
        {shown}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="pf-Node-title"
      title={trans.__('Rename')}
      data-testid={testId}
      onClick={() => view.rename(`head ${node.key}`)}
    >
      {shown}
    </button>
  );
}

export function NodeTitleField({ node, shown, testId }: NodeTitleProps): React.JSX.Element {
  const { trans, view } = useServices();
  const project = useProject();
  return (
    <TitleField
      value={node.title ?? ''}
      placeholder={shown}
      label={trans.__('Title')}
      testId={testId}
      onDone={next => {
        view.rename(null);
        if (next !== null) {
          project.retitle(node.key, next);
        }
      }}
    />
  );
}
