/** One text of the project over the whole window: the same text, so that nothing needs an OK. */
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon } from '@jupyterlab/ui-components';
import { useMemo, useState } from 'react';
import type { Key } from '../../state/tree';
import { codePoints } from '../../state/text';
import { findPrompt, pathTo } from '../../state/tree';
import { titleOf } from '../context/actions';
import { promptTitle } from '../prompts/actions';
import { placeholdersOf } from '../prompts/placeholdersOf';
import { Button } from './buttons';
import { Modal } from './Modal';
import { characters } from './numbers';
import { SaveIndicator } from './SaveIndicator';
import { useProject, useServices, useTree, useView } from './services';
import { TextEditor } from './TextEditor';

/** Texts up to this length are counted at every key press. */
const QUICK_COUNT = 200_000;

export function FullScreenDialog(): React.JSX.Element | null {
  const { view } = useServices();
  const tree = useTree();
  const key = useView(state => state.fullScreen);
  if (key === null || (pathTo(tree.blocks, key).length === 0 && !findPrompt(tree, key))) {
    return null;
  }
  return (
    <FullScreen key={key} textKey={key} close={() => view.state.patch({ fullScreen: null })} />
  );
}

function FullScreen({ textKey, close }: { textKey: Key; close: () => void }): React.JSX.Element {
  const { trans, language } = useServices();
  const project = useProject();
  const tree = useTree();
  const path = pathTo(tree.blocks, textKey);
  const prompt = findPrompt(tree, textKey);
  const title = prompt
    ? promptTitle(prompt, trans)
    : path.map(node => titleOf(node, trans)).join(' › ');
  const inPrompt = useMemo(
    () => placeholdersOf(trans, { project, key: textKey }, 'dialog'),
    [trans, project, textKey]
  );
  const kept = prompt ? codePoints(prompt.template) : (path.at(-1)?.ownChars ?? 0);
  const [typed, setTyped] = useState({ since: -1, chars: 0 });
  const chars = typed.since === kept ? typed.chars : kept;
  return (
    <Modal
      title={title}
      size="full"
      testId="pf-full-screen"
      onClose={close}
      footer={
        <>
          <span className="pf-Note" data-testid="pf-full-screen-chars">
            {characters(chars, trans, language)}
          </span>
          <SaveIndicator project={project} />
          <span className="pf-Bar-space" />
          <Button
            icon={copyIcon}
            testId="pf-full-screen-copy"
            onClick={() => Clipboard.copyToSystem(project.texts.textOf(textKey) ?? '')}
          >
            {trans.__('Copy')}
          </Button>
          <Button kind="accept" testId="pf-full-screen-close" onClick={close}>
            {trans.__('Done')}
          </Button>
        </>
      }
    >
      <TextEditor
        textKey={textKey}
        texts={project.texts}
        label={trans.__('Text of “%1”', title)}
        placeholder={trans.__('Type or paste the text here.')}
        testId="pf-full-screen-text"
        focused
        extensions={prompt ? inPrompt : undefined}
        onTyped={read => {
          if (kept < QUICK_COUNT) {
            setTyped({ since: kept, chars: codePoints(read()) });
          }
        }}
      />
    </Modal>
  );
}
