import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { samplesOf } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { type LeapingClock, leapingClock } from './clock.ts';

describe('the pace of a tenant', () => {
  let clock: LeapingClock;
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeEach(async () => {
    clock = leapingClock();
    sandbox = await startSandbox({ tenants: sample, now: clock.now });
    gateway = await startGateway({}, { clock });
    register();
  });

  afterEach(async () => {
    await gateway.stop();
    await sandbox.close();
  });

  const register = (credentials: 'token' | 'oauth' = 'token'): void => {
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials });
  };
  const post = (): Promise<Reply> => gateway.post('acme', webhook());
  const calls = (): number => sandbox.requests().filter(({ operation }) => operation !== 'token').length;
  const refused = (): number => sandbox.requests().filter(({ status }) => status === 429).length;

  /** The value of a gauge of the tenant, by its other label if it has one. */
  const gauge = async (name: string): Promise<Record<string, number>> => {
    const samples = samplesOf(await gateway.metrics(), `omneo_gateway_pace_${name}`);
    const ofAcme = samples.filter(({ labels }) => labels['tenant'] === 'acme');
    return Object.fromEntries(ofAcme.map(({ labels, value }) => [labels['learned_from'] ?? '', value]));
  };

  it('keeps every webhook from Omneo between a 429 and the end of its Retry-After', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 30, times: 2 }]);
    await post();
    const before = calls();
    const { detail } = expectProblem(await post(), 'overloaded');
    expect(detail).to.match(/^Nothing to fix: Omneo's limit is reached/);
    expect(calls()).to.equal(before);
    clock.leap(30_000);
    expect((await post()).status).to.equal(200);
  });

  it('answers with the time until there may be room', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 30, times: 2 }]);
    await post();
    clock.leap(9_500);
    expect((await post()).headers['retry-after']).to.be.oneOf(['20', '21']);
  });

  it('is that of one tenant', async () => {
    gateway.tenant('bloom', { baseURL: sandbox.baseURL('bloom') });
    sandbox.setFaults([{ kind: 'throttle', tenant: 'acme' }]);
    await post();
    const eve = webhook({ person_id: '01BLOOMEVE', email: 'eve@example.com' });
    expect((await gateway.post('bloom', eve)).status).to.equal(200);
  });

  it('outlives changed credentials, and not a tenant that is deleted', async () => {
    sandbox.setFaults([{ kind: 'throttle', retryAfter: 30, times: 2 }]);
    await post();
    register('oauth');
    expectProblem(await post(), 'overloaded');
    gateway.registry.delete('default/acme');
    register();
    expect((await post()).status).to.equal(200);
  });

  it('wastes no call of a burst once Omneo has shown its limit, and cuts no webhook off', async () => {
    sandbox.setOption({ throttlePerMinute: 60 });
    expect((await post()).status).to.equal(200);
    const replies = await Promise.all(Array.from({ length: 80 }, post));
    const issued = replies.filter(({ status }) => status === 200).length;
    expect(issued).to.be.within(15, 29);
    expect(replies.filter(({ status }) => status === 429)).to.have.length(80 - issued);
    expect(refused()).to.equal(0);
  });

  it('takes up what is left of a burst in the next minute', async () => {
    sandbox.setOption({ throttlePerMinute: 60 });
    await post();
    const bodies = Array.from({ length: 30 }, () => webhook());
    const sendAll = async (): Promise<number[]> =>
      (await Promise.all(bodies.map((body) => gateway.post('acme', body)))).map(({ status }) => status);
    expect(await sendAll()).to.include(429);
    clock.leap(61_000);
    const again = await sendAll();
    expect(again.filter((status) => status !== 200)).to.deep.equal([]);
    expect(sandbox.rewards('acme')).to.have.length(31);
  });

  it('slows no burst while Omneo shows and refuses nothing', async () => {
    const replies: Reply[] = [];
    for (let round = 0; round < 4; round += 1)
      replies.push(...(await Promise.all(Array.from({ length: 50 }, post))));
    expect(replies.filter(({ status }) => status !== 200)).to.deep.equal([]);
  });

  describe('is shown', () => {
    it('as without a limit at first', async () => {
      expect(await gauge('calls_per_minute')).to.deep.equal({ none: Number.NaN });
      expect(await gateway.metrics()).to.include(
        'omneo_gateway_pace_calls_per_minute{tenant="acme",learned_from="none"} +Inf\n',
      );
      expect(await gauge('paused')).to.deep.equal({ '': 0 });
    });

    it('with the limit that the headers show, and where it comes from', async () => {
      sandbox.setOption({ throttlePerMinute: 600 });
      await post();
      expect(await gauge('calls_per_minute')).to.deep.equal({ header: 594 });
    });

    it('as paused, for as long as it is', async () => {
      sandbox.setFaults([{ kind: 'throttle', retryAfter: 30, times: 2 }]);
      await post();
      expect(await gauge('paused')).to.deep.equal({ '': 1 });
      clock.leap(30_000);
      expect(await gauge('paused')).to.deep.equal({ '': 0 });
    });

    it('while the tenant is served, and no longer', async () => {
      await post();
      gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
      expect(await gauge('paused')).to.deep.equal({});
      register();
      expect(await gauge('paused')).to.deep.equal({ '': 0 });
      gateway.registry.delete('default/acme');
      expect(await gauge('calls_per_minute')).to.deep.equal({});
      expect(await gauge('paused')).to.deep.equal({});
    });
  });
});
