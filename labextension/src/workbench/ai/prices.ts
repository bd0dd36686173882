/** Prices and costs as people read them. */
import type { Prices } from '../../api/types';

/** Dollars, as many digits as there are to see. */
export function money(dollars: number, language: string): string {
  return dollars.toLocaleString(language, {
    style: 'currency',
    currency: 'USD',
    ...(dollars >= 1 || dollars === 0
      ? { minimumFractionDigits: 0, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 2 })
  });
}

/** "$3 / $15": for a million tokens in and out. */
export function priceText(prices: Prices, language: string): string {
  return `${money(prices.input, language)} / ${money(prices.output, language)}`;
}
