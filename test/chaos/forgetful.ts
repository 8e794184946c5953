/**
 * A gateway whose couriers forget what they take, as one does that acknowledges a message before it has acted on it.
 * For the chaos run alone, which has to notice.
 */
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { startSabotaged } from './sabotaged.ts';

function forgetting(sound: DeliveryLedger): DeliveryLedger {
  return {
    postpone: sound.postpone.bind(sound),
    park: sound.park.bind(sound),
    drop: sound.drop.bind(sound),
    parkNew: sound.parkNew.bind(sound),
    async takeDue(tenant, most) {
      const taken = await sound.takeDue(tenant, most);
      await Promise.all(taken.map(({ held }) => sound.drop(held.claim)));
      return [];
    },
    dueTenants: sound.dueTenants.bind(sound),
    wake: sound.wake.bind(sound),
    giveUp: sound.giveUp.bind(sound),
    onDue: sound.onDue.bind(sound),
    counts: sound.counts.bind(sound),
    outbox: sound.outbox,
    admin: sound.admin,
  };
}

await startSabotaged((ledger) => {
  if (ledger.deliveries === undefined) throw new Error('a ledger that keeps deliveries is needed');
  return Object.assign(new WrappedLedger(ledger), { deliveries: forgetting(ledger.deliveries) });
});
