/** How full a block is: quiet until it matters. */
import { exact } from './numbers';
import { useServices } from './services';

export function Meter({ chars }: { chars: number }): React.JSX.Element {
  const { trans, language, session } = useServices();
  const limit = session.user?.limits.blockChars ?? Infinity;
  const share = chars / limit;
  const level = share >= 0.95 ? 'full' : share >= 0.8 ? 'high' : 'fine';
  const text = trans.__(
    'Block: %1 of %2 characters',
    exact(chars, language),
    exact(limit, language)
  );
  return (
    <span
      className="pf-Meter"
      role="meter"
      aria-label={text}
      aria-valuenow={chars}
      aria-valuemin={0}
      aria-valuemax={limit}
      title={text}
      data-level={level}
      data-testid="pf-meter"
    >
      <span className="pf-Meter-fill" style={{ width: `${Math.min(100, share * 100)}%` }} />
    </span>
  );
}
