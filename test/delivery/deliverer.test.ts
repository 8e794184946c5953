import { expect } from 'chai';
import { Deliverer } from '../../src/delivery/deliverer.ts';
import type { IdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { Problem } from '../../src/lib/problem.ts';
import { type Ledger, LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import type { Admission } from '../../src/omneo/pace/admission.ts';
import { fakeOmneo } from '../support/omneo.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { HandClock } from '../ledger/clock.ts';
import { claimOf, receipt, times } from '../ledger/contract.ts';
import { adaWebhook, rewardRequestOf } from '../support/rewards.ts';

const tenant = { slug: 'acme', rewards: { timezone: 'UTC' }, limits: {} } as Tenant;
const silent = { debug: skip, info: skip, warn: skip, error: skip };

const waiting = { isGone: () => false, isWaiting: () => true };

function skip(): void {
  // Nobody reads these logs, nor counts these claims.
}

/** A webhook without an id, whose body is that of all the others. */
function requestOf(externalId: string): IdempotentRequest {
  return {
    webhook: rewardRequestOf({ ...adaWebhook, id: null }),
    entry: { key: 'acme/body/same', tenant: 'acme', fingerprint: 'same', externalId, isGenerated: true },
    withoutId: true,
    names: { tenant: 'acme', request_id: 'request-1' },
  };
}

describe('a webhook without an id', () => {
  let created: number;
  let admission: Admission;
  /** Look-ups for a profile. */
  let asked: number;
  let ledger: Ledger;
  let deliverer: Deliverer;
  let sleepMs: number;
  let repeatMs: number;
  let clock: HandClock;
  let deadlines: number[];
  let reads: number;
  /** The process is paused for so long right after it has looked at its lease, in milliseconds. */
  let pauseMs: number;

  beforeEach(() => {
    created = 0;
    asked = 0;
    admission = { ok: true };
    deadlines = [];
    reads = -Infinity;
    pauseMs = 0;
    sleepMs = 0;
    repeatMs = 0;
    clock = new HandClock();
    ledger = new MemoryLedger({ clock, times, maxEntries: 10 });
    const sleep = (ms: number): Promise<void> => {
      clock.advance(ms + sleepMs);
      return Promise.resolve();
    };
    const omneo = fakeOmneo({
      admit: () => admission,
      findProfile: () => {
        asked += 1;
        return Promise.resolve({ profileId: 'ada', matchedBy: 'klaviyo' });
      },
      identify: () => {
        reads = 0;
        return Promise.resolve({ kind: 'none' });
      },
      create: (_, deadline) => {
        deadlines.push(deadline);
        return Promise.resolve(++created);
      },
    });
    // The look at the lease is the first reading of the clock before a create.
    const monotonic = (): number => {
      if (++reads === 2) clock.advance(pauseMs);
      return clock.monotonic();
    };
    deliverer = new Deliverer({
      ledger,
      upstream: () => omneo,
      clock: { now: clock.now, monotonic, sleep, after: clock.after },
      log: silent,
      waitMs: 1000,
      createMs: 10_000,
      random: () => 1,
      retentionMs: 0,
      parkedMs: 0,
      parkedRoom: { take: () => true, has: () => true },
      counts: { of: () => [] },
      get repeatMs() {
        return repeatMs;
      },
      onIssued: () => undefined,
      retry: { everyMs: 1000, forMs: 60_000 },
      inFlight: { isDraining: false },
      registry: { get: () => undefined },
    });
  });

  it('is another reward once an equal one was answered', async () => {
    const first = requestOf('gw-1');
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), true);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'created' });
    expect(created).to.equal(2);
  });

  it('stays issued when the answer of an earlier one becomes known late', async () => {
    const [first, copy, second] = [requestOf('gw-1'), requestOf('gw-1b'), requestOf('gw-2')];
    const issued = await deliverer.deliver(tenant, first, waiting);
    const copied = await deliverer.deliver(tenant, copy, waiting);
    await deliverer.answered(first, issued, true);
    await deliverer.deliver(tenant, second, waiting);
    await deliverer.answered(copy, copied, true);
    expect(await deliverer.deliver(tenant, requestOf('gw-2b'), waiting)).to.include({ status: 'duplicate' });
    expect(created).to.equal(2);
  });

  it('waits for its retry as long as the ledger remembers when its answer did not go out', async () => {
    const first = requestOf('gw-1');
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), false);
    clock.advance(times.retentionMs - 10_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'duplicate' });
    expect(created).to.equal(1);
  });

  it('waits for its retry as long when its caller had been told to come back', async () => {
    const first = requestOf('gw-1');
    await deliverer.deliver(tenant, first, { isGone: () => false, isWaiting: () => false });
    clock.advance(times.retentionMs - 10_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'duplicate' });
  });

  it('is another reward after a minute when the ledger never heard of its answer', async () => {
    await deliverer.deliver(tenant, requestOf('gw-1'), waiting);
    clock.advance(61_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'created' });
  });

  it('is another reward once a retry was answered, when the outcome of the first answer becomes known late', async () => {
    const [first, retry] = [requestOf('gw-1'), requestOf('gw-1b')];
    const issued = await deliverer.deliver(tenant, first, waiting);
    const repeated = await deliverer.deliver(tenant, retry, waiting);
    repeatMs = 20_000;
    await deliverer.answered(retry, repeated, true);
    await deliverer.answered(first, issued, false);
    clock.advance(20_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'created' });
  });

  it('is another reward once one was answered, though a copy that woke up late was answered in vain', async () => {
    const [first, copy] = [requestOf('gw-1'), requestOf('gw-1b')];
    repeatMs = 20_000;
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), true);
    await deliverer.answered(copy, await deliverer.deliver(tenant, copy, waiting), false);
    clock.advance(20_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'created' });
  });

  it('waits for its retry when a copy was answered in vain, and the first answer got lost with its gateway', async () => {
    await deliverer.deliver(tenant, requestOf('gw-1'), waiting);
    const copy = requestOf('gw-1b');
    await deliverer.answered(copy, await deliverer.deliver(tenant, copy, waiting), false);
    clock.advance(times.retentionMs - 10_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'duplicate' });
  });

  it('is another reward after a minute when the ledger never heard of the answer to its retry', async () => {
    const first = requestOf('gw-1');
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), false);
    expect(await deliverer.deliver(tenant, requestOf('gw-1b'), waiting)).to.include({ status: 'duplicate' });
    clock.advance(61_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'created' });
  });

  it('is not to be told of its reward before the ledger knows, and then waits for its retry', async () => {
    let isAway = true;
    const settle = ledger.settle.bind(ledger);
    ledger.settle = (...args) => (isAway ? Promise.reject(new LedgerUnavailable('away')) : settle(...args));
    const first = requestOf('gw-1');
    const issued = await deliverer.deliver(tenant, first, waiting);
    expect(issued).to.include({ status: 'created', mayBeAnswered: false });
    isAway = false;
    await deliverer.answered(first, issued, false);
    expect(await deliverer.deliver(tenant, requestOf('gw-1b'), waiting)).to.include({
      status: 'duplicate',
      externalId: 'gw-1',
      mayBeAnswered: true,
    });
  });

  it('is created by a deadline within its lease, also by a gateway that is paused at that very moment', async () => {
    const begun = clock.monotonic();
    pauseMs = 2 * times.leaseMs;
    await deliverer.deliver(tenant, requestOf('gw-1'), waiting).catch((error: unknown) => error);
    for (const deadline of deadlines) expect(deadline).to.be.at.most(begun + times.leaseMs);
    expect(deadlines).to.have.length(1);
  });

  it('counts as a retry for the repeat window after an equal one was answered', async () => {
    repeatMs = 20_000;
    const first = requestOf('gw-1');
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), true);
    clock.advance(19_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'duplicate' });
    clock.advance(1_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-3'), waiting)).to.include({ status: 'created' });
  });

  it('counts as a retry for the repeat window after a retry that was answered in vain', async () => {
    repeatMs = 20_000;
    const [first, retry] = [requestOf('gw-1'), requestOf('gw-1b')];
    await deliverer.answered(first, await deliverer.deliver(tenant, first, waiting), true);
    clock.advance(15_000);
    await deliverer.answered(retry, await deliverer.deliver(tenant, retry, waiting), false);
    clock.advance(15_000);
    expect(await deliverer.deliver(tenant, requestOf('gw-2'), waiting)).to.include({ status: 'duplicate' });
    expect(created).to.equal(1);
  });

  it('is given back, and asks Omneo nothing, when the pace of its Omneo is taken', async () => {
    admission = { ok: false, retryInMs: 1_201, isCertain: true };
    const request = requestOf('gw-1');
    const error: unknown = await deliverer
      .deliver(tenant, request, waiting)
      .catch((reason: unknown) => reason);
    expect(error).to.include({ fault: 'throttled', retryAfter: 2, mayHaveHappened: false });
    expect(asked).to.equal(0);
    admission = { ok: true };
    expect(await deliverer.deliver(tenant, request, waiting)).to.include({ status: 'created' });
  });

  it('asks Omneo all the same when the limit of its pace is only a guess: a stray 429 must cost no try', async () => {
    admission = { ok: false, retryInMs: 1_201, isCertain: false };
    expect(await deliverer.deliver(tenant, requestOf('gw-1'), waiting)).to.include({ status: 'created' });
  });

  it('is not created any more when its caller has hung up', async () => {
    const gone = { isGone: () => true, isWaiting: () => false };
    const error: unknown = await deliverer
      .deliver(tenant, requestOf('gw-1'), gone)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Problem).and.include({ code: 'not_ready' });
    expect(created).to.equal(0);
  });

  it('is not claimed any more by a gateway that was paused while it waited for its like', async () => {
    const like = requestOf('gw-1');
    const claim = claimOf(await ledger.claim(like.entry));
    sleepMs = 5000;
    const paused = deliverer.deliver(tenant, requestOf('gw-1b'), waiting);
    await ledger.settle(claim, receipt);
    await ledger.recordAnswer(like.entry.key, 'gw-1', { isSent: true, keepMs: 0 });
    const error: unknown = await paused.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Problem).and.include({ code: 'not_ready' });
    expect(created).to.equal(0);
  });
});
