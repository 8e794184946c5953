/** One webhook as the plan has it. */
import type { ParkedReason } from '../../src/ledger/deliveries/deliveries.ts';
import { type ActionName, kindOf } from './actions/actions.ts';
import type { Person } from './people.ts';

/** What is wrong with a webhook for good, and the reason that it is to be parked for. */
export const flaws = Object.freeze({
  'unknown definition': 'rejected',
  'invalid payload': 'invalid_payload',
  'unknown profile': 'profile_not_found',
} as const satisfies Readonly<Record<string, ParkedReason>>);
export type Flaw = keyof typeof flaws;

export type Webhook = Readonly<{
  /** Its place in the plan. */
  n: number;
  tenant: string;
  action: ActionName;
  /** What its id is made of; or, for one without, the marker in its body: equal webhooks share it. */
  key: string;
  hasId: boolean;
  /** The id of a webhook of another action, which it bears as well. */
  sharedId?: string;
  /** The webhook that it equals, and well after whose 200 or 202 it is sent. */
  twinOf?: number;
  /** When it becomes due, in milliseconds from the start. A twin waits for the other one besides. */
  at: number;
  person: Person;
  /** What it names of what its action gives. */
  definitionId: number;
  amount: number;
  /** Amounts come as "25.0" too. */
  amountAsText: boolean;
  /** Why nothing can come of it. */
  flaw?: Flaw;
  /** Seeds what the caller does with it. */
  luck: number;
}>;

/** Ids as marketers make them: of digits, with letters, and some that no look-up can be trusted with. */
const forms: readonly ((key: string) => string)[] = [
  (key) => key,
  (key) => key,
  (key) => `Order-${key}`,
  (key) => `${key},7`,
  (key) => `Größe ${key}`,
  (key) => key.padEnd(200, 'x'),
];

/** The webhook's id; blank if it has none. */
export function idOf({ key, hasId, sharedId, luck }: Webhook): string {
  return hasId ? (sharedId ?? (forms[luck % forms.length] ?? String)(key)) : '';
}

/** Whether an `external_id` may be the webhook's: its id, or a digest where that goes by one. */
export function isNameOf(webhook: Webhook, externalId: string | undefined): boolean {
  const id = idOf(webhook);
  if (id === '') return true;
  const isPlain = /^[!-~]{1,190}$/.test(id) && !id.includes(',');
  return isPlain ? externalId === id : /^gw-id-[0-9a-f]{32}$/.test(externalId ?? '');
}

/** The body as Klaviyo renders it. Without an event property, `{{ event.reward_id }}` is blank. */
export function bodyOf(webhook: Webhook): string {
  const { key, person, action } = webhook;
  return JSON.stringify({
    id: idOf(webhook),
    person_id: person.personId,
    email: person.email,
    data: { ...kindOf(action).data(webhook), meta: { marker: key } },
  });
}
