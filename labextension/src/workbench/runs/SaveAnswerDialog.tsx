/** Keeps an answer as an item of the context: under which name, and in which block. */
import { useState } from 'react';
import type { Key, PromptNode } from '../../state/tree';
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { useProject, useServices, useTree } from '../common/services';
import { titleOf } from '../context/actions';
import { usePrompt } from '../prompts/usePrompt';
import { Field, Select } from '../split/fields';
import { answerName, saveAnswer } from './actions';

const LONGEST_TITLE = 200;
const NEW_BLOCK = 'new';

export default function SaveAnswerDialog(): React.JSX.Element | null {
  const prompt = usePrompt();
  return prompt && <SaveAnswer prompt={prompt} />;
}

function SaveAnswer({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const project = useProject();
  const { blocks } = useTree();
  const [title, setTitle] = useState(() => answerName(services, project, prompt));
  const [block, setBlock] = useState<Key>(blocks[0]?.key ?? NEW_BLOCK);
  const [newTitle, setNewTitle] = useState(() => trans.__('AI responses'));
  const close = (): void => view.state.patch({ dialog: null });
  const isNew = !blocks.some(one => one.key === block);
  const named = [title, ...(isNew ? [newTitle] : [])].map(name => name.trim());
  const ready = named.every(name => name !== '' && [...name].length <= LONGEST_TITLE);
  const save = (): void => {
    close();
    saveAnswer(services, project, prompt, {
      title: title.trim(),
      block: isNew ? { title: newTitle.trim() } : block
    });
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
