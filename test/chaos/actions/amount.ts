import type { Webhook } from '../webhook.ts';

/** The amount as a template renders it: a number, or text. */
export function amountIn({ amount, amountAsText, flaw }: Webhook): number | string {
  if (flaw === 'invalid payload') return 'NaN';
  return amountAsText ? amount.toFixed(1) : amount;
}
