/** Splits a text: how on the left, what comes of it on the right, and one button that does it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { SplitForm } from '../../state/splitForm';
import { FIRST_FORM, numberOf, optionsOf } from '../../state/splitForm';
import { Splitting } from '../../state/splitting';
import type { ContextNode } from '../../state/tree';
import { pathTo } from '../../state/tree';
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { useProject, useServices, useStore, useTree, useView } from '../common/services';
import { titleOf } from '../context/actions';
import { tellOfSplit } from './actions';
import { MethodFields } from './MethodFields';
import { PartList } from './PartList';
import { TargetFields } from './TargetFields';

export default function SplitDialog(): React.JSX.Element | null {
  const key = useView(state => state.nodeKey);
  const { blocks } = useTree();
  // The node it was opened for: what happens to the project meanwhile is told by the server.
  const [path] = useState(() => (key === null ? [] : pathTo(blocks, key)));
  const node = path.at(-1);
  return node && node.level !== 'block' ? <Splitter node={node} parent={path.at(-2)} /> : null;
}

interface SplitterProps {
  node: ContextNode;
  parent: ContextNode | undefined;
}

function Splitter({ node, parent }: SplitterProps): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const splitting = useSplitting(node);
  const { preview, fresh, error, applying } = useStore(splitting.state);
  const form = useView(state => state.split) ?? FIRST_FORM;
  const set = (change: Partial<SplitForm>): void =>
    view.state.patch({ split: { ...form, ...change } });
  const options = useMemo(() => optionsOf(form), [form]);
  const request = JSON.stringify(options);
  // What was unticked belongs to one preview.
  const [unticked, setUnticked] = useState({ of: preview, places: new Set<number>() });
  const left = unticked.of === preview ? unticked.places : NONE;
  const fields = useRef<HTMLDivElement>(null);

  useEffect(() => {
    splitting.ask(JSON.parse(request) as typeof options);
    return () => splitting.cancel();
  }, [splitting, request]);
  useEffect(() => fields.current?.querySelector<HTMLElement>('input:checked')?.focus(), []);

  const close = (): void => view.state.patch({ dialog: null });
  const count = preview?.parts.length ?? 0;
  const chosen = count - left.size;
  const ready = fresh && options !== null && count > 1 && chosen > 0 && !applying;
  const apply = async (): Promise<void> => {
    const places = preview?.parts.map((_, place) => place).filter(place => !left.has(place));
    const { into, keepOriginal } = form;
    const done = await splitting.apply({
      into,
      keepOriginal,
      ...(left.size > 0 ? { chosen: places } : {})
    });
    if (done) {
      close();
      tellOfSplit(services, project, done, titleOf(node, trans), keepOriginal);
    }
  };
  return (
    <Modal
      title={trans.__('Split “%1”', titleOf(node, trans))}
      testId="pf-split-dialog"
      onClose={close}
      footer={
        <>
          <Button testId="pf-split-cancel" onClick={close}>
            {trans.__('Cancel')}
          </Button>
          <Button
            kind="accept"
            testId="pf-split-apply"
            disabled={!ready}
            onClick={() => void apply()}
          >
            {applying
              ? trans.__('Splitting…')
              : chosen > 0 && count > 1
                ? trans._n('Make %1 part', 'Make %1 parts', chosen)
                : trans.__('Make parts')}
          </Button>
        </>
      }
    >
      <div className="pf-SplitDialog">
        <div ref={fields} className="pf-SplitDialog-fields">
          <MethodFields form={form} set={set} />
          <TargetFields form={form} set={set} node={node} parent={parent} />
        </div>
        <PartList
          preview={preview}
          waiting={options !== null && !fresh && error === null}
          incomplete={options === null}
          error={error}
          retry={fresh ? null : () => splitting.ask(options, 0)}
          wanted={form.sizeModes[form.method] === 'parts' ? numberOf(form.parts, 2) : null}
          left={left}
          setLeft={places => setUnticked({ of: preview, places })}
        />
      </div>
    </Modal>
  );
}

const NONE: Set<number> = new Set();

function useSplitting(node: ContextNode): Splitting {
  const { trans, session } = useServices();
  const project = useProject();
  const make = useCallback(
    () =>
      new Splitting(session.api, project, node.key, {
        notSaved: trans.__(
          'The text has not reached the server yet, and it is split there. It will be sent as soon as the server answers.'
        ),
        refused: why => trans.__('This cannot be done: %1.', why)
      }),
    [session, project, node.key, trans]
  );
  const [splitting] = useState(make);
  return splitting;
}
