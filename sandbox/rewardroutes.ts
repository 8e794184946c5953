import { heldRoutes } from './heldroutes.ts';
import { readRewardInput } from './rewardinput.ts';
import type { Reward } from './rewards.ts';

/** The routes below /rewards. */
export const rewardRoutes = heldRoutes<Reward>({
  holdings: ({ rewards }) => rewards,
  read: readRewardInput,
  present({ value_initial: initial, value_remaining: remaining, expires_at: expires }, switches, now) {
    const amount = (value: number) => (switches.numbersAs === 'string' ? value.toFixed(2) : value);
    const isExpired = expires !== null && Date.parse(`${expires}Z`) <= now;
    return {
      value_initial: amount(initial),
      value_remaining: amount(remaining),
      is_expired: isExpired,
      is_active: !isExpired,
      has_notified_issue: false,
      has_notified_expiry: false,
      has_notified_extend: false,
      notify_issue_at: null,
      notify_expiry_at: null,
      extended_at: null,
    };
  },
  isValid: ({ value_remaining: left, issued_at: issued, expires_at: expires }, now) =>
    left > 0 && Date.parse(`${issued}Z`) <= now && (expires === null || Date.parse(`${expires}Z`) > now),
  filters: [],
});
