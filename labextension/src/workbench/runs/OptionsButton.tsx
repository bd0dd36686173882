/** How the model is asked: the button, and what it opens. */
import { useState } from 'react';
import type { Choice } from '../../state/sending';
import { IconButton } from '../common/buttons';
import { tuneIcon } from '../common/icons';
import { Popover } from '../common/Popover';
import { useServices } from '../common/services';
import { Options } from './Options';

interface OptionsButtonProps {
  choice: Choice | null;
  disabled: boolean;
}

export function OptionsButton({ choice, disabled }: OptionsButtonProps): React.JSX.Element {
  const { trans } = useServices();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const count = Object.keys(choice?.parameters ?? {}).length;
  return (
    <span className="pf-Badged" data-count={count > 0 ? count : undefined}>
      <IconButton
        icon={tuneIcon}
        label={
          count === 0
            ? trans.__('How the model is asked')
            : trans._n(
                'How the model is asked: %1 setting',
                'How the model is asked: %1 settings',
                count
              )
        }
        testId="pf-options"
        disabled={disabled || choice === null}
        onClick={event => setAnchor(anchor ? null : event.currentTarget)}
      />
      {anchor && choice && (
        <Popover
          anchor={anchor}
          label={trans.__('How the model is asked')}
          testId="pf-options-popover"
          onClose={() => setAnchor(null)}
        >
          {/* Each configuration begins with its own fields. */}
          <Options key={choice.config?.id ?? ''} choice={choice} />
        </Popover>
      )}
    </span>
  );
}
