import { expect } from 'chai';
import { countsBy, samplesOf } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startGateway } from '../support/gateway.ts';
import { startWorld, type World } from '../support/world.ts';

describe('The amount that was issued', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ env: { SETTLE_WINDOW_MS: '1' } });
  });
  afterEach(() => world.stop());

  const amounts = async (): Promise<Record<string, number>> => {
    const samples = samplesOf(await world.gateway.metrics(), 'omneo_gateway_issued_amount_total');
    return Object.fromEntries(samples.map(({ labels, value }) => [labels['tenant'] ?? '', value]));
  };
  const post = async (amount: number, id: string = crypto.randomUUID()): Promise<number> =>
    (await world.gateway.post('acme', webhook({ id }, { amount }))).status;

  it('is 0 from the start, so that its first rise is seen', async () => {
    expect(await amounts()).to.deep.equal({ acme: 0, bloom: 0 });
  });

  it('is the sum of the rewards of a tenant, to the cent', async () => {
    for (const amount of [0.1, 0.2, 99.95]) expect(await post(amount)).to.equal(200);
    expect(await amounts()).to.deep.equal({ acme: 100.25, bloom: 0 });
  });

  it('counts each reward once, however often its webhook comes', async () => {
    for (let times = 0; times < 3; times++) expect(await post(10, 'order-7')).to.equal(200);
    expect(await amounts()).to.include({ acme: 10 });
  });

  it('counts a reward whose create had no answer once, when a copy of its webhook finds it', async () => {
    world.sandbox.setFaults([{ kind: 'error', status: 429, operation: 'rewards.create', when: 'after' }]);
    expect(await post(10, 'order-7')).to.not.equal(200);
    expect(await amounts()).to.include({ acme: 0 });
    world.sandbox.setFaults([]);
    for (let times = 0; times < 2; times++) expect(await post(10, 'order-7')).to.equal(200);
    expect(await amounts()).to.include({ acme: 10 });
    expect(world.sandbox.rewards('acme')).to.have.length(1);
  });

  it('counts no reward that was there before its webhook', async () => {
    expect(await post(10, 'order-7')).to.equal(200);
    const other = await startGateway();
    try {
      other.tenant('acme', { baseURL: world.sandbox.baseURL('acme') });
      expect((await other.post('acme', webhook({ id: 'order-7' }, { amount: 10 }))).json['status']).to.equal(
        'duplicate',
      );
      expect(countsBy(await other.metrics(), 'omneo_gateway_issued_amount_total', 'tenant')).to.deep.equal(
        {},
      );
    } finally {
      await other.stop();
    }
  });

  it('counts nothing of what is refused, and nothing that Omneo refuses', async () => {
    expect(await post(-1)).to.equal(400);
    world.sandbox.setFaults([{ kind: 'error', status: 503, operation: 'rewards.create', when: 'before' }]);
    expect(await post(10)).to.equal(502);
    expect(await amounts()).to.include({ acme: 0 });
  });
});
