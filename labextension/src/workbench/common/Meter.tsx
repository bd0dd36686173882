/** How full a block is: quiet until it matters. */
import { BLOCK_LIMIT } from '../../state/limits';
import { exact } from './numbers';
import { useServices } from './services';

export function Meter({ chars }: { chars: number }): JSX.Element {
  const { trans, language } = useServices();
  const share = chars / BLOCK_LIMIT;
  const level = share >= 0.95 ? 'full' : share >= 0.8 ? 'high' : 'fine';
  const text = trans.__(
    'Block: %1 of %2 characters',
    exact(chars, language),
    exact(BLOCK_LIMIT, language)
  );
  return (
    <span
      className="pf-Meter"
      role="meter"
      aria-label={text}
      aria-valuenow={chars}
      aria-valuemin={0}
      aria-valuemax={BLOCK_LIMIT}
      title={text}
      data-level={level}
      data-testid="pf-meter"
    >
      <span className="pf-Meter-fill" style={{ width: `${Math.min(100, share * 100)}%` }} />
    </span>
  );
}
