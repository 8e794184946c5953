import { expect } from 'chai';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Gateway, secretOf, startGateway } from '../support/gateway.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const rehearsalSecret = 'a-secret-that-only-rehearses';
const data = { name: 'Opened', channel: 'email', action: 'view', signal: 1 };
const times = { leaseMs: 30_000, settleWindowMs: 1000, retentionMs: 100_000 };

/** A ledger that remembers the names of what is recorded in it. */
class NotedLedger extends MemoryLedger {
  readonly noted: string[] = [];

  override recordMax(name: string, value: number): Promise<void> {
    this.noted.push(name);
    return super.recordMax(name, value);
  }
}

describe('The rehearsal of an interaction', () => {
  let world: World;
  let other: Gateway;
  let ledger: NotedLedger;

  beforeEach(async () => {
    world = await startWorld();
    ledger = new NotedLedger({ clock: systemClock, times, maxEntries: 100 });
    other = await startGateway({}, { ledger });
    const klaviyo = {
      secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }],
      rehearsalSecretRefs: [{ name: 'klaviyo', key: 'rehearsal' }],
    };
    const secrets = { klaviyo: { 'webhook-secret': secretOf('acme'), rehearsal: rehearsalSecret } };
    other.tenant('acme', { baseURL: world.sandbox.baseURL('acme'), spec: { klaviyo }, secrets });
  });
  afterEach(async () => {
    await other.stop();
    await world.stop();
  });

  for (const [would, id] of [
    ['duplicate', 'held'],
    ['create', 'none'],
  ] as const)
    it(`writes nothing to the ledger when it would be a ${would}`, async () => {
      const headers = { 'x-omneo-secret': rehearsalSecret };
      await world.gateway.post('acme', { id: 'held', ...ada, data }, {}, 'interactions');
      const { json } = await other.post('acme', { id, ...ada, data }, headers, 'interactions');
      expect(json).to.include({ status: 'rehearsed', would });
      expect(ledger.noted).to.deep.equal([]);
      expect(ledger.size).to.equal(0);
    });

  it('is told from a webhook, which records that this Omneo shows what it was given', async () => {
    await world.gateway.post('acme', { id: 'held', ...ada, data }, {}, 'interactions');
    await other.post('acme', { id: 'held', ...ada, data }, {}, 'interactions');
    expect(ledger.noted).to.have.length(1);
  });
});
