/** Greets a newcomer: what this is, and three ways to begin. */
import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import { Button, IconButton } from '../common/buttons';
import { importIcon } from '../common/icons';
import { useServices, useView } from '../common/services';
import { startTour } from '../help/tour';
import { importFiles } from './actions';

interface WelcomeProps {
  /** There is no project yet: this is all there is to see. */
  first?: boolean;
  onCreate: () => void;
}

export function Welcome({ first, onCreate }: WelcomeProps): React.JSX.Element | null {
  const services = useServices();
  const { trans, view } = services;
  const welcomed = useView(state => state.welcomed);
  if (welcomed && !first) {
    return null;
  }
  return (
    <section
      className={`pf-Welcome ${first ? 'pf-mod-first' : ''}`}
      aria-label={trans.__('Welcome')}
      data-testid={first ? 'pf-no-projects' : 'pf-welcome'}
    >
      <h2 className="pf-Welcome-title">
        {first ? trans.__('Start with a project') : trans.__('New here?')}
      </h2>
      <p className="pf-Empty-text">
        {trans.__(
          'A project holds the texts you work with and the prompts that use them. It is saved as you type.'
        )}
      </p>
      <div className="pf-Empty-actions">
        {first && (
          <Button kind="accept" icon={addIcon} onClick={onCreate} testId="pf-new-project">
            {trans.__('New project')}
          </Button>
        )}
        <Button testId="pf-start-tour" onClick={() => void startTour(services)}>
          {trans.__('Take the tour')}
        </Button>
        {first && (
          <Button
            icon={importIcon}
            testId="pf-import"
            onClick={() => void importFiles(services, null)}
          >
            {trans.__('Import a file…')}
          </Button>
        )}
      </div>
      {!first && (
        <IconButton
          icon={closeIcon}
          label={trans.__('Do not show this again')}
          testId="pf-welcome-close"
          onClick={() => view.state.patch({ welcomed: true })}
        />
      )}
    </section>
  );
}
