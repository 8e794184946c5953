/** One webhook as the plan has it. */
import type { Person } from './people.ts';

export type Webhook = Readonly<{
  /** Its place in the plan. */
  n: number;
  tenant: string;
  /** Its id; or, for one without, the marker in its body: equal webhooks share it. */
  key: string;
  hasId: boolean;
  /** The webhook that it equals, and well after whose 200 it is sent. */
  twinOf?: number;
  /** When it becomes due, in milliseconds from the start. A twin waits for the other one besides. */
  at: number;
  person: Person;
  definitionId: number;
  amount: number;
  /** Amounts come as "25.0" too. */
  amountAsText: boolean;
  /** Seeds what the caller does with it. */
  luck: number;
}>;

/** The body as Klaviyo renders it. Without an event property, `{{ event.reward_id }}` is blank. */
export function bodyOf({ key, hasId, person, definitionId, amount, amountAsText }: Webhook): string {
  return JSON.stringify({
    id: hasId ? key : '',
    person_id: person.personId,
    email: person.email,
    data: {
      reward_definition_id: definitionId,
      amount: amountAsText ? amount.toFixed(1) : amount,
      meta: { marker: key },
    },
  });
}
