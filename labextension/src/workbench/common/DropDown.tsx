/** A choice among few: the browser's own select, with an arrow that says so. */
import { caretDownEmptyIcon } from '@jupyterlab/ui-components';

type DropDownProps = React.ComponentProps<'select'> & { 'data-testid'?: string };

export function DropDown(props: DropDownProps): React.JSX.Element {
  return (
    <span className="pf-Select">
      <select {...props} className="jp-mod-styled" />
      <caretDownEmptyIcon.react tag="span" elementSize="normal" />
    </span>
  );
}
