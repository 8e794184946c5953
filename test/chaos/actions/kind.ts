/** What the run knows of one action: what its webhooks ask for, and how Omneo's books show what was made of them. */
import type { Operation } from '../../../sandbox/operation.ts';
import type { Webhook } from '../webhook.ts';
import type { ActionName } from './actions.ts';

/** Something that a tenant of Omneo holds, as the checkers look at it. */
export type Booked = Readonly<{
  action: ActionName;
  id: number | string;
  /** Null: it has lost the name that everything of its action has. Absent: nothing of its action has one. */
  externalId?: string | null;
  profileId: string;
  /** The key of the webhook that it came from. */
  key: string;
  /** Epoch milliseconds. */
  committedAt: number;
  /** What budgets count as its amount, in hundredths; null: no budget counts it at all. */
  cents: number | null;
  values: BookedValues;
}>;

/** What is held against each other, by the word that the report has for it. */
export type BookedValues = Readonly<Record<string, unknown>>;

export type ActionKind = Readonly<{
  /** One of what it makes, in sentences. */
  noun: string;
  /** The field of an answer that names what was made. */
  idField: string;
  /** The call that makes one, and names it; absent: none says for which webhook it is, and a second one changes nothing. */
  create?: Operation;
  /** The call that finds one by its `external_id`; absent: none does. */
  list?: Operation;
  /** Of these each webhook names one. */
  definitions: readonly number[];
  /** Of these a webhook names one that Omneo is to refuse for good. */
  refusedDefinitions: readonly number[];
  /** What its webhooks hold in `data`. */
  data: (webhook: Webhook) => Readonly<Record<string, unknown>>;
  /** What budgets count as a webhook's amount, in hundredths; null: no budget counts it at all. */
  cents: (webhook: Webhook) => number | null;
  /** The words of `asked`. */
  values: readonly string[];
  /** What has to be among the values of what a webhook made. */
  asked: (webhook: Webhook) => BookedValues;
  /** Reads a row of the sandbox's books. */
  read: (row: unknown) => Booked;
}>;
