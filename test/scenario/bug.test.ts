import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { Deliverer } from '../../src/delivery/deliverer.ts';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { parseWebhook } from '../../src/actions/rewards/payload.ts';
import { Problem } from '../../src/lib/problem.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { createLog, standardOutput } from '../../src/lib/log.ts';
import { Pace } from '../../src/omneo/pace/pace.ts';
import { createUpstream } from '../../src/omneo/omneo.ts';
import { createDispatcher, senderOf } from '../../src/omneo/client/transport.ts';
import { Confidential } from '../../src/tenants/confidential.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { webhook } from '../support/webhooks.ts';
import { leapingClock } from './clock.ts';
import { freeTurns, noProofs } from '../support/omneo.ts';
import { rewardRequestOf } from '../support/rewards.ts';

const waiting = { isGone: () => false, isWaiting: () => true };

describe('a create after which the gateway itself fails', () => {
  let sandbox: Sandbox;
  const clock = leapingClock();
  const dispatcher = createDispatcher(1000);

  before(async () => {
    sandbox = await startSandbox({ tenants: sample, now: clock.now, lookupLagMs: 60_000 });
  });
  after(async () => {
    await dispatcher.destroy();
    await sandbox.close();
  });

  it('counts as one that may have happened', async () => {
    const tenant: Tenant = {
      slug: 'acme',
      key: 'default/acme',
      webhookSecrets: [],
      omneo: {
        baseURL: sandbox.baseURL('acme'),
        credentials: { kind: 'token', token: new Confidential('acme-static-token') },
      },
      klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['rewards'] },
      rewards: { timezone: 'UTC' },
      limits: {},
      delivery: { isDurable: false, waitsForProfile: false, giveUpAfterMs: 259_200_000 },
    };
    let failing = true;
    const upstream = createUpstream({
      send: senderOf(dispatcher, clock),
      clock,
      random: () => 0,
      timeoutMs: 1000,
      credentialsRetryMs: 0,
      proofsOf: () => noProofs,
      turnsOf: () => freeTurns,
      paceOf: () => new Pace(clock),
      observe: {
        call: (_, { operation }) => {
          if (failing && operation === 'rewards.create') throw new TypeError('a bug in a counter');
        },
        tokenFetched: () => undefined,
        tokenDeviation: () => undefined,
        refused: () => undefined,
        altered: () => undefined,
      },
    });
    const times = { leaseMs: 10_000, settleWindowMs: 120_000, retentionMs: 259_200_000 };
    const deliverer = new Deliverer({
      ledger: new MemoryLedger({ clock, times, maxEntries: 10 }),
      upstream,
      clock,
      log: createLog('silent', standardOutput()),
      waitMs: 1000,
      createMs: 1000,
      repeatMs: 0,
      retentionMs: times.retentionMs,
      random: Math.random,
      parkedMs: 86_400_000,
      parkedRoom: { take: () => true, has: () => true },
      counts: { of: () => [] },
      onIssued: () => undefined,
      retry: { everyMs: 1000, forMs: 60_000 },
      inFlight: { isDraining: false },
      registry: { get: () => undefined },
    });
    const order = toIdempotentRequest(
      tenant,
      rewardRequestOf(parseWebhook(webhook(), 'both'), tenant),
      '',
      'request-1',
    );
    const attempt = () => deliverer.deliver(tenant, order, waiting).catch((error: unknown) => error);

    expect(await attempt()).to.be.instanceOf(TypeError);
    failing = false;
    expect(await attempt())
      .to.be.instanceOf(Problem)
      .and.to.include({ code: 'not_ready' });
    clock.leap(60_000);
    expect(await attempt()).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme')).to.have.length(1);
  });
});
