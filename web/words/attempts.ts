import type { EventView, ReasonName } from '../api/types.ts';
import { finders, nameWords } from './summary.ts';

/** What an attempt came to, told as something that happened. */
const results: Readonly<Record<string, string>> = Object.freeze({
  throttled: 'Omneo was busy',
  unavailable: 'Omneo did not answer as it should',
  credentials_refused: 'Omneo refused the credentials of this tenant',
  unconfirmed: 'Omneo was asked for it, and its answer got lost',
  suspended: 'the tenant was suspended',
  held: "the day's budget was spent",
  profile_not_found: 'Omneo did not know this customer',
  rejected: 'Omneo rejected it',
  not_allowed: 'this tenant may not issue that',
  invalid_payload: 'a field of the webhook was wrong',
  id_reused: 'its id had been used for another one',
  gave_up:
    'given up, after it had failed for as long as the tenant allows, five gateways died at it, ' +
    'or its tenant was gone for 30 days',
  unreadable: 'the stored webhook could not be opened',
} satisfies Readonly<Record<Exclude<ReasonName, 'replayed' | 'decided' | 'erased'>, string>>);

/** What an attempt came to. `isLast`: nothing further is done about it by itself. */
export function attemptWords(
  { result = '', matched_by: match = '' }: Pick<EventView, 'result' | 'matched_by'>,
  isLast: boolean,
): string {
  const finder = finders[match];
  const found = finder === undefined ? undefined : `found by ${finder}`;
  if (result === 'issued') return found ?? 'found';
  const text = results[result] ?? 'it did not work';
  if (result === 'profile_not_found' && !isLast) return `${text} yet`;
  return found === undefined ? text : `${found}, but ${text}`;
}

/** What was made: `reward 4711` of `{ reward_id: 4711 }`. */
export function resultWords(result: Readonly<Record<string, string | number>> = {}): string {
  return Object.entries(result)
    .filter(([name]) => name.endsWith('_id') && name !== 'external_id')
    .map(([name, value]) => `${nameWords(name)} ${value}`)
    .join(', ');
}

/** For those who look closer: what Omneo answered, and how long it took. */
export function attemptNote({ omneo_status: status, took_ms: took }: EventView): string {
  const parts = [
    ...(status === undefined ? [] : [`Omneo answered ${status}`]),
    ...(took === undefined ? [] : [`took ${(took / 1000).toFixed(1)} s`]),
  ];
  return parts.join(', ');
}
