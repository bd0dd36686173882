/** Keeps an answer as an item of the context: under which name, and in which block. */
import { useState } from 'react';
import type { Key } from '../../state/tree';
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { useProject, useServices, useTree, useView } from '../common/services';
import { titleOf } from '../context/actions';
import { Field, Select } from '../split/fields';
import { saveAnswer } from './actions';

const LONGEST_TITLE = 200;
const NEW_BLOCK = 'new';

export default function SaveAnswerDialog(): React.JSX.Element | null {
  const answer = useView(state => state.saving);
  return answer && <SaveAnswer answer={answer} />;
}

function SaveAnswer({ answer }: { answer: { title: string; text: string } }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const { blocks } = useTree();
  const [title, setTitle] = useState(answer.title);
  const [block, setBlock] = useState<Key>(blocks[0]?.key ?? NEW_BLOCK);
  const [newTitle, setNewTitle] = useState(() => trans.__('AI responses'));
  const close = (): void => view.state.patch({ dialog: null, saving: null });
  const isNew = !blocks.some(one => one.key === block);
  const names = [title, ...(isNew ? [newTitle] : [])].map(name => name.trim());
  const ready = names.every(name => name !== '' && [...name].length <= LONGEST_TITLE);
  const save = (): void => {
    close();
    const named = { title: title.trim(), text: answer.text };
    saveAnswer(services, project, named, isNew ? { title: newTitle.trim() } : block);
  };
  return (
    <Modal
      title={trans.__('Save the answer as context')}
      testId="pf-save-answer-dialog"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{trans.__('Cancel')}</Button>
          <Button kind="accept" testId="pf-save-answer-ok" disabled={!ready} onClick={save}>
            {trans.__('Save')}
          </Button>
        </>
      }
    >
      <form
        className="pf-SaveAnswer"
        onSubmit={event => {
          event.preventDefault();
          if (ready) {
            save();
          }
        }}
      >
        <Field
          label={trans.__('Name of the item')}
          value={title}
          first
          testId="pf-save-answer-title"
          wrong={[...title.trim()].length > LONGEST_TITLE}
          onChange={setTitle}
        />
        <Select
          label={trans.__('In the block')}
          value={isNew ? NEW_BLOCK : block}
          options={[
            ...blocks.map(one => [one.key, titleOf(one, trans)] as const),
            [NEW_BLOCK, trans.__('A new block')]
          ]}
          testId="pf-save-answer-block"
          onChange={setBlock}
        />
        {isNew && (
          <Field
            label={trans.__('Name of the new block')}
            value={newTitle}
            testId="pf-save-answer-new-block"
            onChange={setNewTitle}
          />
        )}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}
