/** Below the text of a prompt: its template, how long all of it is, copies, and what is amiss. */
import { copyIcon } from '@jupyterlab/ui-components';
import { useEffect } from 'react';
import type { PromptNode } from '../../state/tree';
import { IconButton } from '../common/buttons';
import { openMenuAt } from '../common/menu';
import { exact, short } from '../common/numbers';
import { useEditable, useProject, useServices, useStore } from '../common/services';
import { textOf } from '../templates/actions';
import { copyMenu } from './copying';
import { TemplateLink } from './TemplateLink';

export function PromptFoot({ prompt }: { prompt: PromptNode }): React.JSX.Element {
  const services = useServices();
  const { trans, language, session } = services;
  const project = useProject();
  const editable = useEditable();
  const preview = session.preview(project.id, prompt.key);
  const result = useStore(preview.state, state => state.result);
  useEffect(() => preview.watch(), [preview]);
  const append = (): void =>
    project.writeTemplate(prompt.key, `${textOf(project, prompt).trimEnd()}\n\n{{context}}\n`);
  return (
    <>
      {result?.contextUnused && (
        <p className="pf-Remark" role="status" data-testid="pf-context-unused">
          {trans.__('The selected context is not used: the prompt has no {{context}}.')}{' '}
          {editable && (
            <button
              type="button"
              className="pf-Link"
              data-testid="pf-append-context"
              onClick={append}
            >
              {trans.__('Append it')}
            </button>
          )}
        </p>
      )}
      <div className="pf-Prompt-foot">
        <TemplateLink prompt={prompt} />
        <span className="pf-Bar-space" />
        {result && (
          <span
            className="pf-Count"
            data-testid="pf-prompt-counts"
            title={trans.__(
              'Context %1, prompt %2, together %3 characters',
              exact(result.contextChars, language),
              exact(result.templateChars, language),
              exact(result.totalChars, language)
            )}
          >
            {short(result.templateChars, language)} + {short(result.contextChars, language)}
          </span>
        )}
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy')}
          testId="pf-copy-menu"
          menu
          onClick={event => openMenuAt(copyMenu(services, project, prompt), event.currentTarget)}
        />
      </div>
    </>
  );
}
