/** The right of the library: one template, to read and to use. */
import {
  deleteIcon,
  downloadIcon,
  editIcon,
  historyIcon,
  runIcon
} from '@jupyterlab/ui-components';
import type { Template } from '../../api/types';
import { Button, IconButton } from '../common/buttons';
import { ago, characters } from '../common/numbers';
import { ReadOnlyText } from '../common/ReadOnlyText';
import { useServices, useView } from '../common/services';
import { READ_PLACEHOLDERS } from '../prompts/placeholders';
import { download, fileName } from './files';

interface TemplateDetailProps {
  template: Template;
  /** Into the open prompt; absent where none is open. */
  load: { into: string; run: () => void } | null;
  /** As a new prompt; absent where no project is open. */
  asPrompt: (() => void) | null;
  /** Send it; absent where no project is open. */
  run: (() => void) | null;
  edit: () => void;
  versions: () => void;
  remove: () => void;
}

export function TemplateDetail(props: TemplateDetailProps): React.JSX.Element {
  const { template, load, asPrompt, run, edit, versions, remove } = props;
  const toRun = useView(state => state.toRun);
  const { trans, language } = useServices();
  const { name, content, chars, version, uses, updatedAt } = template;
  const facts = [
    characters(chars, trans, language),
    trans.__('version %1', version),
    trans.__('changed %1', ago(updatedAt, language)),
    uses > 0 ? trans._n('used %1 time', 'used %1 times', uses) : null
  ];
  return (
    <article className="pf-Template" data-testid="pf-template">
      <div className="pf-Template-head">
        <h3 className="pf-Template-name" title={name} data-testid="pf-template-name">
          {name}
        </h3>
        <IconButton
          icon={editIcon}
          label={trans.__('Edit')}
          testId="pf-edit-template"
          onClick={edit}
        />
        <IconButton
          icon={historyIcon}
          label={trans.__('Versions')}
          testId="pf-template-versions"
          onClick={versions}
        />
        <IconButton
          icon={downloadIcon}
          label={trans.__('Save as a file')}
          testId="pf-export-template"
          onClick={() => download(fileName(name), content)}
        />
        <IconButton
          icon={deleteIcon}
          label={trans.__('Delete')}
          testId="pf-delete-template"
          onClick={remove}
        />
      </div>
      <p className="pf-Template-facts">{facts.filter(fact => fact !== null).join(' · ')}</p>
      {content === '' ? (
        <p className="pf-Hint">{trans.__('This template is empty.')}</p>
      ) : (
        <ReadOnlyText
          text={content}
          label={trans.__('Text of “%1”', name)}
          testId="pf-template-text"
          extensions={READ_PLACEHOLDERS}
        />
      )}
      {asPrompt && (
        <div className="pf-Template-use">
          {load && (
            <Button
              kind={toRun ? 'plain' : 'accept'}
              testId="pf-load-template"
              title={trans.__('Its text takes the place of the text of “%1”.', load.into)}
              onClick={load.run}
            >
              {trans.__('Put into “%1”', load.into)}
            </Button>
          )}
          <Button
            kind={load || toRun ? 'plain' : 'accept'}
            testId="pf-prompt-from-template"
            onClick={asPrompt}
          >
            {trans.__('New prompt from it')}
          </Button>
          {run && (
            <Button
              kind={toRun ? 'accept' : 'plain'}
              icon={runIcon}
              testId="pf-run-this-template"
              title={trans.__('Ask for what it leaves open, and send it.')}
              focused={toRun}
              onClick={run}
            >
              {trans.__('Run it')}
            </Button>
          )}
        </div>
      )}
    </article>
  );
}
