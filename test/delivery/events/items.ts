import { rewardsAction } from '../../../src/actions/rewards/rewardsaction.ts';
import { readItem, type ReadOutbox } from '../../../src/delivery/events/readitem.ts';
import type { OutboxItem } from '../../../src/ledger/deliveries/outbox.ts';
import type { Keyring } from '../../../src/ledger/seal/keyring.ts';
import { webhook } from '../../support/webhooks.ts';
import { keyringOf } from '../../ledger/seal/samples.ts';

/** Seals and opens the webhooks of the tests' items. */
export const keyring: Keyring = keyringOf(1);

/** An outcome that Klaviyo is to be told, of a webhook of Ada's unless another text is given. */
export function itemOf(changes: Partial<OutboxItem> = {}, text = JSON.stringify(webhook())): OutboxItem {
  const { deliveryId = 'd-1', tenant = 'acme' } = changes;
  const context = { tenant, key: `rewards/id/${deliveryId}` };
  return {
    deliveryId,
    tenant,
    action: 'rewards',
    webhook: new Uint8Array(keyring.seal(text, context)),
    context,
    outcome: { kind: 'issued', receipt: { resourceId: 7, matchedBy: 'klaviyo' } },
    since: 1000,
    ageMs: 0,
    ...changes,
  };
}

/** Reads them as a gateway does that has these keys. */
export const readWith =
  (keys: Pick<Keyring, 'open'> = keyring): ReadOutbox =>
  (item, tenant) =>
    readItem({ keyring: keys, actions: [rewardsAction()] }, item, tenant);
