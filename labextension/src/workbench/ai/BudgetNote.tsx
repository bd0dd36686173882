/** What was spent in this month, and of how much. */
import { useQuery } from '@tanstack/react-query';
import { exact, short } from '../common/numbers';
import { useServices } from '../common/services';
import { money } from './prices';

export function BudgetNote(): React.JSX.Element | null {
  const { trans, session, language } = useServices();
  const { data } = useQuery({ queryKey: ['runs', 'budget'], queryFn: () => session.api.budget() });
  if (!data) {
    return null;
  }
  const told = (spent: string, limit: string | null): string =>
    limit === null
      ? trans.__('This month: %1', spent)
      : trans.__('This month: %1 of %2', spent, limit);
  const { dollars, dollarsLimit, tokens, tokensLimit } = data;
  const limit = dollarsLimit ?? null;
  // "12k" is thousands, whatever the last digit of the whole number is.
  const counted = tokens < 1000 ? tokens : Math.round(tokens / 1000) * 1000;
  return (
    <p className="pf-Budget" data-testid="pf-budget" title={exact(tokens, language)}>
      {told(money(dollars, language), limit === null ? null : money(limit, language))}
      {' · '}
      {trans._n('%1 token', '%1 tokens', counted).replace(String(counted), short(tokens, language))}
      {tokensLimit ? ` / ${short(tokensLimit, language)}` : ''}
      {limit !== null && limit > 0 && (
        <span
          className="pf-Gauge-bar"
          role="meter"
          aria-label={trans.__('This month: %1', money(dollars, language))}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(limit, dollars)}
        >
          <span style={{ width: `${Math.min(100, (dollars / limit) * 100)}%` }} />
        </span>
      )}
    </p>
  );
}
