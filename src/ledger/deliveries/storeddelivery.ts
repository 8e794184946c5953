/** The webhook behind an entry: what becomes of it with each claim. */
import type { NewDelivery } from './deliveries.ts';
import { withArrival, withEvent } from './history.ts';
import type { Claim, Entry } from '../ledger.ts';
import type { Moment, StoredDelivery } from '../storedentry.ts';

/** A delivery as it is stored with the first claim of it. */
export function newDelivery(
  { id, action, webhook, summary, digests, separateInMs }: NewDelivery,
  tenant: string,
  { now, date }: Moment,
): StoredDelivery {
  const separateAt = separateInMs === undefined ? null : now + separateInMs;
  const counted = { since: date, triedSince: null, attempts: 1, lapses: 0 };
  const about = { separateAt, isAnswered: false, history: [] };
  return { id, tenant, action, webhook, summary, digests, ...counted, ...about };
}

/** The delivery after an attempt whose end is recorded: only leases that ran out one after the other are counted. */
export function withoutLapses(delivery: StoredDelivery): StoredDelivery {
  return delivery.lapses === 0 ? delivery : { ...delivery, lapses: 0 };
}

/**
 * The delivery of an entry that a claim takes over: what is known stays, unless the claim brings its webhook anew. One
 * that has lost its webhook, and gets none, is none any more.
 */
export function takenOver(
  known: StoredDelivery | undefined,
  entry: Entry,
  at: Moment,
): StoredDelivery | undefined {
  const brought = entry.delivery && newDelivery(entry.delivery, entry.tenant, at);
  if (known === undefined) return brought;
  const attempts = known.attempts + 1;
  if (brought !== undefined) return { ...broughtAnew(known, brought, at), attempts };
  return known.webhook === null ? undefined : { ...known, attempts };
}

/** A delivery whose webhook came again; it stays the one that people know by its id. */
export function broughtAnew(
  known: StoredDelivery | undefined,
  brought: StoredDelivery,
  at: Moment,
): StoredDelivery {
  if (known === undefined) return brought;
  const { history } = withEvent(withArrival(known), { at: at.date, kind: 'arrived' });
  return { ...known, ...brought, id: known.id, history };
}

/** Whether an equal webhook is another one by now, so that the entry has to leave its key to that. */
export function isSeparate(delivery: StoredDelivery | undefined, { now }: Moment): boolean {
  return delivery !== undefined && delivery.separateAt !== null && delivery.separateAt <= now;
}

/** Since when it is tried, in milliseconds since the epoch: while a budget held it, it was not. */
export function triedSinceOf({ since, triedSince }: StoredDelivery): number {
  return Math.max(since, triedSince ?? 0);
}

/** The key of an entry that has left its key to an equal webhook. */
export function ownKeyOf(key: string, { id }: Pick<StoredDelivery, 'id'>): string {
  return `${key}/${id}`;
}

/** The key that the entry had when its webhook came. */
export function keyAsItCame(key: string, id: string): string {
  const suffix = ownKeyOf('', { id });
  return key.endsWith(suffix) ? key.slice(0, -suffix.length) : key;
}

/** The entry with a key that no equal webhook ever asks for. */
export function separated<E extends { delivery?: StoredDelivery }>(entry: E): E {
  const { delivery } = entry;
  return delivery === undefined ? entry : { ...entry, delivery: { ...delivery, separateAt: null } };
}

/** The claim with the delivery that it is of. */
export function claimOn(claim: Claim, delivery: StoredDelivery | undefined): Claim {
  return Object.freeze(delivery === undefined ? claim : { ...claim, deliveryId: delivery.id });
}
