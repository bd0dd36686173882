/** Both versions of a text that two sides changed, and the choice between them. */
import { useQuery } from '@tanstack/react-query';
import type { Choice, Conflict } from '../../state/conflicts';
import { indexOf } from '../../state/tree';
import { titleOf } from '../context/actions';
import { Button } from './buttons';
import { Modal } from './Modal';
import { useProject, useServices, useStore, useTree, useView } from './services';

export function ConflictDialog(): React.JSX.Element | null {
  const { view } = useServices();
  const project = useProject();
  const open = useView(state => state.dialog === 'conflict');
  const conflict = useStore(project.queue.state, state => state.conflicts[0]);
  if (!open || !conflict) {
    return null;
  }
  const close = (): void => view.state.patch({ dialog: null });
  return <ConflictChoice conflict={conflict} close={close} />;
}

interface ConflictChoiceProps {
  conflict: Conflict;
  close: () => void;
}

function ConflictChoice({ conflict, close }: ConflictChoiceProps): React.JSX.Element {
  const { trans, view } = useServices();
  const project = useProject();
  const tree = useTree();
  const complete = useQuery({
    queryKey: ['conflict', project.id, conflict.key, conflict.theirs.version],
    queryFn: () => project.conflicts.whole(conflict.key),
    gcTime: 0
  });
  const node = indexOf(tree).get(conflict.key);
  const prompt = tree.prompts.find(one => one.key === conflict.key);
  const title = node ? titleOf(node, trans) : (prompt?.title ?? '');
  const decide = (choice: Choice): void => {
    const left = project.conflicts.decide(conflict.key, choice);
    if (left !== null && left !== conflict.key) {
      // It goes on under another key, in the same place on the screen.
      const { fullScreen } = view.state.get();
      view.state.patch({
        [conflict.kind === 'prompt' ? 'promptKey' : 'nodeKey']: left,
        fullScreen: fullScreen === conflict.key ? left : fullScreen
      });
    }
    if (project.queue.state.get().conflicts.length === 0) {
      close();
    }
  };
  const ready = complete.data !== undefined;
  if (conflict.deleted) {
    return (
      <Modal
        title={trans.__('“%1” was deleted elsewhere', title)}
        testId="pf-conflict"
        onClose={close}
        footer={
          <>
            <Button testId="pf-take-theirs" onClick={() => decide('theirs')}>
              {trans.__('Let it go')}
            </Button>
            <Button kind="accept" testId="pf-take-mine" onClick={() => decide('mine')}>
              {trans.__('Keep my text as new')}
            </Button>
          </>
        }
      >
        <Version name={trans.__('Mine')} text={conflict.mine.text ?? ''} />
      </Modal>
    );
  }
  return (
    <Modal
      title={trans.__('“%1” was changed elsewhere', title)}
      testId="pf-conflict"
      onClose={close}
      footer={
        <>
          <Button disabled={!ready} testId="pf-take-theirs" onClick={() => decide('theirs')}>
            {trans.__('Take theirs')}
          </Button>
          <Button disabled={!ready} testId="pf-take-both" onClick={() => decide('both')}>
            {trans.__('Keep both')}
          </Button>
          <Button
            kind="accept"
            disabled={!ready}
            testId="pf-take-mine"
            onClick={() => decide('mine')}
          >
            {trans.__('Take mine')}
          </Button>
        </>
      }
    >
      <div className="pf-Versions">
        <Version name={trans.__('Mine')} text={conflict.mine.text ?? ''} />
        <Version
          name={trans.__('Theirs')}
          text={complete.data?.theirs.text ?? conflict.theirs.text ?? trans.__('Loading…')}
        />
      </div>
    </Modal>
  );
}

function Version({ name, text }: { name: string; text: string }): React.JSX.Element {
  return (
    <figure className="pf-Version">
      <figcaption>{name}</figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}
