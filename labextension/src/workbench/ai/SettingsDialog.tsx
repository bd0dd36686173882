/** AI settings: providers with their keys, named configurations, all models. */
import type { SettingsTab } from '../../state/view';
import { Modal } from '../common/Modal';
import { useServices, useView } from '../common/services';
import { Configs } from './Configs';
import { Models } from './Models';
import { Providers } from './Providers';

export default function SettingsDialog(): React.JSX.Element {
  const { trans, view } = useServices();
  const tab = useView(state => state.settingsTab);
  const tabs: [SettingsTab, string][] = [
    ['providers', trans.__('Providers')],
    ['configs', trans.__('Configurations')],
    ['models', trans.__('Models')]
  ];
  const show = (settingsTab: SettingsTab): void => view.state.patch({ settingsTab });
  return (
    <Modal
      title={trans.__('AI settings')}
      size="wide"
      testId="pf-providers"
      onClose={() => view.state.patch({ dialog: null })}
    >
      <div
        role="tablist"
        className="pf-Tabs"
        aria-label={trans.__('Parts of the settings')}
        onKeyDown={event => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
          const at = tabs.findIndex(([name]) => name === tab);
          const next = (at + step + tabs.length) % tabs.length;
          if (step !== 0 && tabs[next]) {
            show(tabs[next][0]);
            event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
          }
        }}
      >
        {tabs.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            className="pf-Tab"
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            data-testid={`pf-settings-${name}`}
            onClick={() => show(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        className="pf-SettingsBody"
        role="tabpanel"
        aria-label={tabs.find(([n]) => n === tab)?.[1]}
      >
        {tab === 'providers' ? <Providers /> : tab === 'configs' ? <Configs /> : <Models />}
      </div>
    </Modal>
  );
}
