/** Parts of which one is shown: chosen by click, and by arrow keys. */

export interface TabEntry<Name extends string> {
  name: Name;
  label: string;
  /** Said beside the label: a count, a sign. */
  note?: React.ReactNode;
}

interface TabsProps<Name extends string> {
  label: string;
  tabs: readonly TabEntry<Name>[];
  current: Name;
  className: string;
  /** Of a tab: this and its name. */
  testId: string;
  onShow: (name: Name) => void;
}

export function Tabs<Name extends string>(props: TabsProps<Name>): React.JSX.Element {
  const { label, tabs, current, className, testId, onShow } = props;
  const onKey = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const at = tabs.findIndex(({ name }) => name === current);
    const next = (at + step + tabs.length) % tabs.length;
    if (step !== 0 && tabs[next]) {
      onShow(tabs[next].name);
      event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
    }
  };
  return (
    <div role="tablist" className={className} aria-label={label} onKeyDown={onKey}>
      {tabs.map(({ name, label: text, note }) => (
        <button
          key={name}
          type="button"
          role="tab"
          className="pf-Tab"
          aria-selected={name === current}
          tabIndex={name === current ? 0 : -1}
          data-testid={`${testId}${name}`}
          onClick={() => onShow(name)}
        >
          {text} {note !== undefined && <span className="pf-Tab-note">{note}</span>}
        </button>
      ))}
    </div>
  );
}
