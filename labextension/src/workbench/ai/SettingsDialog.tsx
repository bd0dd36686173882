/** AI settings: providers with their keys, named configurations, all models. */
import type { SettingsTab } from '../../state/view';
import { Modal } from '../common/Modal';
import { useServices, useView } from '../common/services';
import type { TabEntry } from '../common/Tabs';
import { Tabs } from '../common/Tabs';
import { Configs } from './Configs';
import { Models } from './Models';
import { Providers } from './Providers';

export default function SettingsDialog(): React.JSX.Element {
  const { trans, view } = useServices();
  const tab = useView(state => state.settingsTab);
  const tabs: TabEntry<SettingsTab>[] = [
    { name: 'providers', label: trans.__('Providers') },
    { name: 'configs', label: trans.__('Configurations') },
    { name: 'models', label: trans.__('Models') }
  ];
  return (
    <Modal
      title={trans.__('AI settings')}
      size="wide"
      testId="pf-providers"
      onClose={() => view.state.patch({ dialog: null })}
    >
      <Tabs
        label={trans.__('Parts of the settings')}
        tabs={tabs}
        current={tab}
        className="pf-Tabs"
        testId="pf-settings-"
        onShow={settingsTab => view.state.patch({ settingsTab })}
      />
      <div
        className="pf-SettingsBody"
        role="tabpanel"
        aria-label={tabs.find(({ name }) => name === tab)?.label}
      >
        {tab === 'providers' ? <Providers /> : tab === 'configs' ? <Configs /> : <Models />}
      </div>
    </Modal>
  );
}
