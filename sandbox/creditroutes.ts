import { readCreditInput } from './creditinput.ts';
import type { Credit } from './credits.ts';
import { heldRoutes } from './heldroutes.ts';

const isPast = (time: string | null, now: number) => time !== null && Date.parse(`${time}Z`) <= now;

/** The routes below /credits. */
export const creditRoutes = heldRoutes<Credit>({
  holdings: ({ credits }) => credits,
  read: readCreditInput,
  present({ value_initial: initial, value_remaining: remaining, external_namespace: namespace }, switches) {
    const amount = (value: number) => (switches.numbersAs === 'string' ? value.toFixed(2) : value);
    return {
      value_initial: amount(initial),
      value_remaining: amount(remaining),
      external_namespace: switches.showExternalId ? namespace : undefined,
      credit_number: null,
      security_code: null,
      locked: false,
      is_imported: false,
    };
  },
  isValid: ({ value_remaining: left, issued_at: issued, expires_at: expires }, now) =>
    left > 0 && isPast(issued, now) && !isPast(expires, now),
  filters: ['external_namespace', 'profile_id'],
});
