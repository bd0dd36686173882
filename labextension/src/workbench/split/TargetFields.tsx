/** Where the parts go, and what becomes of the original. */
import { useId } from 'react';
import type { SplitForm } from '../../state/splitForm';
import type { ContextNode } from '../../state/tree';
import { useTrans } from '../common/services';
import { titleOf } from '../context/actions';
import { Check } from './fields';

interface TargetFieldsProps {
  form: SplitForm;
  set: (change: Partial<SplitForm>) => void;
  node: ContextNode;
  parent: ContextNode | undefined;
}

export function TargetFields({ form, set, node, parent }: TargetFieldsProps): React.JSX.Element {
  const trans = useTrans();
  const group = useId();
  const title = titleOf(node, trans);
  const item = node.level === 'item' || !parent ? title : titleOf(parent, trans);
  const names = {
    subItems:
      node.level === 'item'
        ? trans.__('Sub-items of “%1”', title)
        : trans.__('Sub-items behind “%1”', title),
    items: trans.__('Items behind “%1”', item)
  };
  return (
    <fieldset className="pf-Choices">
      <legend>{trans.__('What the parts become')}</legend>
      {(['subItems', 'items'] as const).map(into => (
        <label key={into} className="pf-Choice" title={names[into]}>
          <input
            type="radio"
            name={group}
            checked={form.into === into}
            data-testid={`pf-split-into-${into}`}
            onChange={() => set({ into })}
          />
          <span>{names[into]}</span>
        </label>
      ))}
      <Check
        label={trans.__('Keep the original text')}
        checked={form.keepOriginal}
        testId="pf-split-keep-original"
        onChange={keepOriginal => set({ keepOriginal })}
      />
      {!form.keepOriginal && (
        <p className="pf-Hint">
          {trans.__(
            'The parts leave the original; what is not ticked stays in it. Prompts that use it go on with the parts.'
          )}
        </p>
      )}
    </fieldset>
  );
}
