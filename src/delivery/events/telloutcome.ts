import type { KlaviyoClient } from '../../klaviyo/klaviyoclient.ts';
import type { EventAnswer, EventResult } from '../../klaviyo/eventanswer.ts';
import type { Outbox, OutboxItem } from '../../ledger/deliveries/outbox.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import type { Confidential } from '../../tenants/confidential.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ParkedRoom } from '../limits/parkedroom.ts';
import { outcomeEvent } from './outcomeevent.ts';
import type { ReadOutbox } from './readitem.ts';
import { toldForMs } from './toldfor.ts';

/**
 * What came of telling Klaviyo how a webhook ended.
 * - `expired`: it came about too long ago.
 * - `unreadable`: the webhook cannot be read any more, or names nobody.
 * - `sealed`: the webhook is sealed under a key that this replica does not have.
 */
export type TellResult = EventResult | 'expired' | 'unreadable' | 'sealed';

/** What came of telling one outcome, once each. */
export type Told = Readonly<{ item: OutboxItem }> &
  Omit<EventAnswer, 'result'> &
  Readonly<{ result: TellResult }>;

/** For so long a sealed item is left alone, in milliseconds: as many of them as there are must not hold up what can be read. */
const sealedMs = 15 * 60_000;

/** After these nothing is left to tell. */
const finals: ReadonlySet<TellResult> = new Set(['sent', 'rejected', 'expired', 'unreadable']);

type Parts = Readonly<{
  outbox: Pick<Outbox, 'remove' | 'postpone'>;
  klaviyo: Pick<KlaviyoClient, 'createEvent'>;
  read: ReadOutbox;
  /** What is taken out makes room for others. */
  parkedRoom: Pick<ParkedRoom, 'giveBack'>;
  onTold: (told: Told) => void;
}>;

/** Tells Klaviyo of one outcome that was taken. */
export type TellOutcome = (tenant: Tenant, apiKey: Confidential, item: OutboxItem) => Promise<Told>;

/**
 * What tells Klaviyo of outcomes. Each that is told, or never can be, is taken out of the outbox; one that is sealed is
 * postponed; any other is told again after its lease.
 */
export function tellOutcome({ outbox, parkedRoom, onTold, ...parts }: Parts): TellOutcome {
  return async (tenant, apiKey, item) => {
    const told = { item, ...(await tell(parts, { tenant, apiKey, item })) };
    onTold(told);
    if (finals.has(told.result)) await unlessAway(takeOut({ outbox, parkedRoom }, item));
    if (told.result === 'sealed') await unlessAway(outbox.postpone(item, sealedMs));
    return told;
  };
}

type Telling = Readonly<{ tenant: Tenant; apiKey: Confidential; item: OutboxItem }>;

async function tell(
  { klaviyo, read }: Omit<Parts, 'outbox' | 'parkedRoom' | 'onTold'>,
  { tenant, apiKey, item }: Telling,
): Promise<Omit<Told, 'item'>> {
  if (item.ageMs > toldForMs) return { result: 'expired' };
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
  parkedRoom.giveBack(item.tenant, 'untold');
}

/** A ledger that is away brings the item again, and then Klaviyo knows the event by its `uniqueId`. */
async function unlessAway(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
  }
}
