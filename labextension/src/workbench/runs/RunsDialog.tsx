/** The history of runs: searched and filtered on the left, what was sent and came on the right. */
import { useState } from 'react';
import { findPrompt } from '../../state/tree';
import { Modal } from '../common/Modal';
import { useServices, useTree, useView } from '../common/services';
import { promptTitle } from '../prompts/actions';
import { RunDetail } from './RunDetail';
import { RunDiff } from './RunDiff';
import { RunList } from './RunList';

export default function RunsDialog(): React.JSX.Element {
  const { trans, view } = useServices();
  const tree = useTree();
  const prompt = findPrompt(
    tree,
    useView(state => state.runsOf)
  );
  const [open, setOpen] = useState<string | null>(null);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const [comparing, setComparing] = useState(false);
  const [one, other] = marked;
  return (
    <Modal
      title={
        prompt
          ? trans.__('Answers of “%1”', promptTitle(prompt, trans))
          : trans.__('Answers of “%1”', tree.name)
      }
      size="wide"
      testId="pf-runs"
      onClose={() => view.state.patch({ dialog: null, runsOf: null })}
    >
      {comparing && one && other ? (
        <RunDiff one={one} other={other} onBack={() => setComparing(false)} />
      ) : (
        <div className="pf-Master" data-open={open !== null || undefined}>
          <RunList
            prompt={prompt}
            open={open}
            marked={marked}
            onOpen={setOpen}
            onMark={id =>
              setMarked(
                marked.includes(id) ? marked.filter(mark => mark !== id) : [...marked, id].slice(-2)
              )
            }
            onCompare={() => setComparing(true)}
          />
          {open === null ? (
            <p className="pf-Master-none">{trans.__('Choose a run to see what was sent.')}</p>
          ) : (
            <RunDetail key={open} id={open} onClose={() => setOpen(null)} onOpen={setOpen} />
          )}
        </div>
      )}
    </Modal>
  );
}
