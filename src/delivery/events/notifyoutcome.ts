import type { KlaviyoClient } from '../../klaviyo/klaviyoclient.ts';
import type { EventAnswer, EventResult } from '../../klaviyo/eventanswer.ts';
import type { Outbox, OutboxItem } from '../../ledger/deliveries/outbox.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import type { Confidential } from '../../tenants/confidential.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ParkedRoom } from '../limits/parkedroom.ts';
import { outcomeEvent } from './outcomeevent.ts';
import type { ReadOutbox } from './readitem.ts';
import { notifyForMs } from './notifyfor.ts';

/**
 * What came of notifying Klaviyo of how a webhook ended.
 * - `expired`: it came about too long ago.
 * - `unreadable`: the webhook cannot be read any more, or names nobody.
 * - `sealed`: the webhook is sealed under a key that this replica does not have.
 */
export type NotifyResult = EventResult | 'expired' | 'unreadable' | 'sealed';

/** What came of notifying Klaviyo of one outcome, once. */
export type Notified = Readonly<{ item: OutboxItem }> &
  Omit<EventAnswer, 'result'> &
  Readonly<{ result: NotifyResult }>;

/** For so long a sealed item is left alone, in milliseconds: as many of them as there are must not hold up what can be read. */
const sealedMs = 15 * 60_000;

/** After these nothing is left to send. */
const finals: ReadonlySet<NotifyResult> = new Set(['sent', 'rejected', 'expired', 'unreadable']);

type Parts = Readonly<{
  outbox: Pick<Outbox, 'remove' | 'postpone'>;
  klaviyo: Pick<KlaviyoClient, 'createEvent'>;
  read: ReadOutbox;
  /** What is taken out makes room for others. */
  parkedRoom: Pick<ParkedRoom, 'giveBack'>;
  onNotified: (notified: Notified) => void;
}>;

/** Notifies Klaviyo of one outcome that was taken. */
export type NotifyOutcome = (tenant: Tenant, apiKey: Confidential, item: OutboxItem) => Promise<Notified>;

/**
 * What notifies Klaviyo of outcomes. Each that is sent, or never can be, is taken out of the outbox; one that is sealed is
 * postponed; any other is sent again after its lease.
 */
export function notifyOutcome({ outbox, parkedRoom, onNotified, ...parts }: Parts): NotifyOutcome {
  return async (tenant, apiKey, item) => {
    const notified = { item, ...(await notify(parts, { tenant, apiKey, item })) };
    onNotified(notified);
    if (finals.has(notified.result)) await unlessAway(takeOut({ outbox, parkedRoom }, item));
    if (notified.result === 'sealed') await unlessAway(outbox.postpone(item, sealedMs));
    return notified;
  };
}

type ToNotify = Readonly<{ tenant: Tenant; apiKey: Confidential; item: OutboxItem }>;

async function notify(
  { klaviyo, read }: Omit<Parts, 'outbox' | 'parkedRoom' | 'onNotified'>,
  { tenant, apiKey, item }: ToNotify,
): Promise<Omit<Notified, 'item'>> {
  if (item.ageMs > notifyForMs) return { result: 'expired' };
  const webhook = read(item, tenant);
  if (typeof webhook === 'string') return { result: webhook };
  const event = outcomeEvent(item, webhook.request);
  return event === undefined ? { result: 'unreadable' } : klaviyo.createEvent(apiKey, event);
}

async function takeOut(
  { outbox, parkedRoom }: Pick<Parts, 'outbox' | 'parkedRoom'>,
  item: OutboxItem,
): Promise<void> {
  await outbox.remove(item);
  parkedRoom.giveBack(item.tenant, 'unsent');
}

/** A ledger that is away brings the item again, and then Klaviyo knows the event by its `uniqueId`. */
async function unlessAway(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
  }
}
