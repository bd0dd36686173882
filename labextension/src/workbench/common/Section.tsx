/** A part of the workbench with a heading that folds it away. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useId } from 'react';
import { useServices, useView } from './services';

interface SectionProps {
  /** Names the section; whether it is folded is kept under this name. */
  name: string;
  title: string;
  /** Said beside the title: a count, a state. */
  note?: React.ReactNode;
  actions?: React.ReactNode;
  className?: string;
  children: React.ReactNode;
}

export function Section(props: SectionProps): React.JSX.Element {
  const { name, title, note, actions, className = '', children } = props;
  const { view } = useServices();
  const folded = useView(state => state.folded.includes(name));
  const body = useId();
  const Caret = folded ? caretRightIcon : caretDownIcon;
  return (
    <section
      className={`pf-Section ${className} ${folded ? 'pf-mod-folded' : ''}`}
      data-testid={`pf-section-${name}`}
    >
      <div className="pf-Section-head">
        <button
          type="button"
          className="pf-Section-title"
          aria-expanded={!folded}
          aria-controls={body}
          onClick={() => view.fold(name)}
        >
          <Caret.react tag="span" elementSize="normal" />
          <span>{title}</span>
        </button>
        <span className="pf-Section-note">{note}</span>
        {actions}
      </div>
      {!folded && (
        <div className="pf-Section-body" id={body}>
          {children}
        </div>
      )}
    </section>
  );
}
