/** What the workbench does and how it is used, in short. */
import { Button } from '../common/buttons';
import { Modal } from '../common/Modal';
import { useServices } from '../common/services';
import { helpKeys, helpTopics } from './topics';
import { startTour } from './tour';

export default function HelpDialog(): React.JSX.Element {
  const services = useServices();
  const { trans, view } = services;
  const close = (): void => view.state.patch({ dialog: null });
  return (
    <Modal
      title={trans.__('Help')}
      testId="pf-help"
      onClose={close}
      footer={
        <>
          <Button testId="pf-start-tour" onClick={() => void startTour(services)}>
            {trans.__('Take the tour')}
          </Button>
          <Button kind="accept" onClick={close}>
            {trans.__('Close')}
          </Button>
        </>
      }
    >
      <div className="pf-Help" tabIndex={0} aria-label={trans.__('Help')} role="document">
        {helpTopics(trans).map(({ title, points }) => (
          <section key={title}>
            <h3>{title}</h3>
            <ul>
              {points.map(point => (
                <li key={point}>{point}</li>
              ))}
            </ul>
          </section>
        ))}
        <section>
          <h3>{trans.__('Keys')}</h3>
          <p className="pf-Empty-text">
            {trans.__(
              'They can be changed in JupyterLab: Settings, Keyboard Shortcuts, PromptyFlow.'
            )}
          </p>
          <dl className="pf-Keys">
            {helpKeys(trans).map(([keys, what]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}
