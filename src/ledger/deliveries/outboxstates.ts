/** What the outbox is to an entry: pure functions of plain data, as in states.ts. */
import type { Claim, Receipt, SettleDetails } from '../ledger.ts';
import type { IssuedEntry, Moment, ParkedEntry, StoredDelivery } from '../storedentry.ts';

/** That the reward exists, as its holder says it. */
export type Settled = Readonly<{ held: Claim; receipt: Receipt; keepMs: number }> & SettleDetails;

/** An issued entry with its delivery. Nobody needs the webhook any more, unless Klaviyo is still to be told. */
export function issuedDelivery(
  issued: IssuedEntry,
  delivery: StoredDelivery,
  { toOutbox = false }: SettleDetails,
  at: Moment,
): IssuedEntry & Readonly<{ delivery: StoredDelivery }> {
  if (toOutbox) return { ...issued, delivery, ...outboxedAt(at) };
  return { ...issued, delivery: { ...delivery, webhook: null } };
}

/** What an entry has that is put into the outbox. */
export function outboxedAt({ now, date }: Moment): Required<Pick<ParkedEntry, 'outbox'>> {
  return { outbox: { since: date, dueAt: now } };
}
