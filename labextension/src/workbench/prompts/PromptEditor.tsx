/** The text of a prompt: template, the switch for tags, the variables, what it amounts to. */
import { ellipsesIcon } from '@jupyterlab/ui-components';
import { useId, useMemo } from 'react';
import type { PromptNode } from '../../state/tree';
import { IconButton } from '../common/buttons';
import { openFullScreen } from '../common/fullScreen';
import { fullScreenIcon } from '../common/icons';
import { openMenuAt } from '../common/menu';
import { NodeTitle } from '../common/NodeTitle';
import { useEditable, useProject, useServices } from '../common/services';
import { TextEditor } from '../common/TextEditor';
import { promptMenu, promptTitle } from './actions';
import { placeholdersOf } from './placeholdersOf';
import { PromptFoot } from './PromptFoot';
import { Variables } from './Variables';

export function PromptEditor({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans } = services;
  const project = useProject();
  const editable = useEditable();
  const tags = useId();
  const title = promptTitle(prompt, trans);
  const { key } = prompt;
  const extensions = useMemo(
    () => placeholdersOf(trans, { project, key }, 'page'),
    [trans, project, key]
  );
  return (
    <article className="pf-Prompt" data-testid="pf-prompt-editor">
      <div className="pf-Bar">
        <NodeTitle node={prompt} shown={title} testId="pf-prompt-title" />
        <span className="pf-Bar-space" />
        <label
          className="pf-Switch"
          htmlFor={tags}
          title={trans.__('Put each piece of context between tags with its title.')}
        >
          <input
            id={tags}
            type="checkbox"
            checked={prompt.wrapInTags}
            disabled={!editable}
            data-testid="pf-wrap-in-tags"
            onChange={event =>
              project.updatePrompt(prompt.key, { wrapInTags: event.target.checked })
            }
          />
          {trans.__('Tags')}
        </label>
        <IconButton
          icon={fullScreenIcon}
          label={trans.__('Full screen')}
          testId="pf-prompt-full-screen"
          onClick={() => openFullScreen(services, prompt.key)}
        />
        {editable && (
          <IconButton
            icon={ellipsesIcon}
            label={trans.__('More for “%1”', title)}
            testId="pf-prompt-head-menu"
            menu
            onClick={event =>
              openMenuAt(promptMenu(services, project, prompt), event.currentTarget)
            }
          />
        )}
      </div>
      <TextEditor
        key={prompt.key}
        textKey={prompt.key}
        texts={project.texts}
        label={trans.__('Text of the prompt “%1”', title)}
        placeholder={trans.__(
          'What should be done? {{context}} is where the selected context goes.'
        )}
        testId="pf-prompt-text"
        extensions={extensions}
      />
      <Variables prompt={prompt} />
      <PromptFoot prompt={prompt} />
    </article>
  );
}
