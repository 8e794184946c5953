import type { DeliveryCount } from '../../src/ledger/deliveries/deliveries.ts';
import type { Decision, DeliveryAdmin } from '../../src/ledger/deliveries/deliveryadmin.ts';
import type { Registration } from '../../src/tenants/registration.ts';
import { registrationOf } from '../../src/tenants/resolve.ts';
import { omneoTenant, policy, secretsWith } from '../tenants/support.ts';

/** One webhook of `acme` that waits, with `changes`. */
export function countOf(changes: Partial<DeliveryCount> = {}): DeliveryCount {
  return { tenant: 'acme', state: 'waiting', reason: 'throttled', count: 1, oldest: 0, ...changes };
}

/** What somebody decides about deliveries. */
export const decision: Decision = Object.freeze({ by: 'grace', why: 'mended in Omneo' });

const none = (): Promise<[]> => Promise.resolve([]);
const zero = (): Promise<number> => Promise.resolve(0);
const no = (): Promise<boolean> => Promise.resolve(false);

/** There are no deliveries to look at. */
export const nobodysDeliveries: DeliveryAdmin = Object.freeze({
  list: none,
  find: () => Promise.resolve(undefined),
  webhookOf: () => Promise.resolve(undefined),
  replayAll: zero,
  replayOne: no,
  discardAll: zero,
  discardOne: no,
  erase: () => Promise.resolve({ erased: 0, underWay: 0 }),
  activity: none,
});

const synchronous = { mode: 'Synchronous' } as const;

/** The ways in which an OmneoTenant `loyalty/<slug>` may be registered. */
export const registrationsOf = {
  durable: (slug: string): Registration =>
    registrationOf(omneoTenant({}, { name: slug }), secretsWith(), policy),
  synchronous: (slug: string): Registration =>
    registrationOf(omneoTenant({ delivery: synchronous }, { name: slug }), secretsWith(), policy),
  suspended: (slug: string): Registration =>
    registrationOf(omneoTenant({ suspend: true }, { name: slug }), secretsWith(), policy),
  'without its Secret': (slug: string): Registration =>
    registrationOf(omneoTenant({}, { name: slug }), secretsWith({ 'acme-omneo': undefined }), policy),
} as const;
