import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type AttemptEnded, deliverTaken } from '../../src/delivery/delivertaken.ts';
import { Parked } from '../../src/delivery/parked.ts';
import type { DeliveryLedger, TakenDelivery } from '../../src/ledger/deliveries.ts';
import { Keyring } from '../../src/ledger/seal/keyring.ts';
import { readKeys } from '../../src/ledger/seal/keys.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';

const tenant = { slug: 'acme' } as Tenant;
const about = { tenant: 'acme', key: 'k' };

function keyring(): Keyring {
  const keys = readKeys(randomBytes(32).toString('base64'), 'keys');
  return new Keyring(() => keys);
}

describe('a stored webhook that cannot be opened', () => {
  let changes: string[];
  let ended: AttemptEnded[];

  /** Makes one attempt at it. */
  async function attempt(webhook: Uint8Array, ring: Keyring, attempts: number): Promise<void> {
    const deliveries = {
      postpone: (_claim: unknown, reason: string, ms: number) => {
        changes.push(`postpone ${reason} ${ms}`);
        return Promise.resolve(true);
      },
      park: (_claim: unknown, { reason, keepMs }: { reason: string; keepMs: number }) => {
        changes.push(`park ${reason} ${keepMs}`);
        return Promise.resolve(true);
      },
    } as unknown as DeliveryLedger;
    const claim = { key: 'k', owner: 'o', externalId: 'e', leasedUntil: 0, deliveryId: 'd-1' };
    const names = { id: 'd-1', tenant: 'acme', action: 'rewards', fingerprint: 'f', externalId: null };
    const taken: TakenDelivery = { ...names, held: { result: 'won', claim }, webhook, attempts, since: 0 };
    const deliver = deliverTaken({
      storage: { deliveries, keyring: ring, parkedMs: 30 },
      actions: [],
      deliverer: {} as never,
      clock: systemClock,
      onEnded: (end) => ended.push(end),
    });
    await deliver(tenant, taken);
  }

  beforeEach(() => {
    changes = [];
    ended = [];
  });

  it('waits for a key that may still come, and is parked as unreadable when none does', async () => {
    const sealed = keyring().seal('{}', about);
    const other = keyring();
    for (let attempts = 1; attempts <= 10; attempts += 1) await attempt(sealed, other, attempts);
    const waits = Array.from({ length: 9 }, () => 'postpone unavailable 60000');
    expect(changes).to.deep.equal([...waits, 'park unreadable 30']);
    const last = ended.at(-1)?.end;
    expect(last !== undefined && 'error' in last && last.error instanceof Parked).to.equal(true);
  });

  it('is parked at once if it was altered', async () => {
    const ring = keyring();
    const sealed = Uint8Array.from(ring.seal('{}', about));
    sealed[sealed.length - 1]! ^= 1;
    await attempt(sealed, ring, 1);
    expect(changes).to.deep.equal(['park unreadable 30']);
  });
});
