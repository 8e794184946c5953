import { expect } from 'chai';
import { Parked } from '../../../src/delivery/delivered.ts';
import { BudgetExceeded } from '../../../src/delivery/limits/budgetexceeded.ts';
import type { Admission, AttemptKind } from '../../../src/omneo/pace/admission.ts';
import type { ResourceId } from '../../../src/lib/resourceid.ts';
import type { NewResource } from '../../../src/omneo/resources/calls.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import type { Limits } from '../../../src/tenants/limits.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { toIdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import { decision } from '../../support/deliveries.ts';
import { rewardRequestOf } from '../../support/rewards.ts';
import { StoredWorld, caller, durableTenant } from '../stored.ts';

const dayMs = 24 * 3_600_000;
/** Longer than it is remembered that a budget had no room. */
const forgottenMs = 3000;

function bodyOf(id: string, amount = 10): object {
  return { id, person_id: 'ada', email: 'ada@example.com', data: { reward_definition_id: 42, amount } };
}

/** A world whose Omneo counts what it is asked, and fails as it is told. */
class BudgetWorld extends StoredWorld {
  calls: string[] = [];
  failure: UpstreamError | undefined;
  profileId = 'ada';
  /** What its pace is asked for, and gets back. */
  pace: string[] = [];
  /** Whether its pace has room, as far as it can guess. */
  isPaced = false;

  constructor() {
    const self = (): BudgetWorld => this;
    super({
      admit: (kind) => self().admit(kind),
      giveBack: (attempts) => void self().pace.push(`back ${attempts}`),
      findProfile: () => {
        self().calls.push('profile');
        return Promise.resolve({ profileId: self().profileId, matchedBy: 'klaviyo' });
      },
      create: (reward) => self().create(reward),
    });
  }

  admit(kind: AttemptKind): Admission {
    this.pace.push(kind);
    return this.isPaced ? { ok: false, retryInMs: 1000, isCertain: false } : { ok: true };
  }

  create(reward: NewResource): Promise<ResourceId> {
    this.calls.push('create');
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.rewards.push(String(reward['external_id']));
    return Promise.resolve(this.rewards.length);
  }

  async deliver(id: string, limits: Limits, amount?: number): Promise<string> {
    const tenant = durableTenant({ limits });
    const answer = await this.deliverer.deliver(tenant, this.request(bodyOf(id, amount), tenant), caller);
    return answer.status === 'accepted' ? `accepted: ${answer.reason}` : answer.status;
  }
}

describe('a webhook beyond those that may be held', () => {
  let world: BudgetWorld;
  const one: Limits = { perDay: { rewards: 1 } };
  const tenant: Tenant = durableTenant({ limits: one });
  const request = (id: string) => world.request(bodyOf(id), tenant);
  const codeOf = async (answer: Promise<unknown>): Promise<unknown> =>
    answer.then(
      () => 'none',
      (error: unknown) => (error instanceof Problem ? error.code : error),
    );

  beforeEach(async () => {
    world = new BudgetWorld();
    await world.deliver('a', one);
    world.hasRoomForHeld = false;
  });

  it('is answered 429 as one that is not stored, is kept nowhere, and may come again', async () => {
    const failure: unknown = await world.deliver('b', one).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(BudgetExceeded).and.to.include({ status: 429 });
    expect(await world.counts()).to.deep.equal([]);
    expect(await world.dueInMs()).to.equal(undefined);
    world.hasRoomForHeld = true;
    expect(await world.deliver('b', one)).to.equal('accepted: held');
  });

  it('is issued when its budget has room', async () => {
    expect(await world.deliver('b', { perDay: { rewards: 2 } })).to.equal('created');
  });

  it('is held all the same if its caller was told before that it is stored', async () => {
    await world.store(bodyOf('b'));
    await world.work(tenant);
    expect(await world.counts()).to.deep.equal(['1 waiting: held']);
  });

  it('is under way for a copy, which is told nothing of a delivery that may be forgotten', async () => {
    await world.ledger.claim(request('b').entry);
    expect(await codeOf(world.deliverer.deliver(tenant, request('b'), caller))).to.equal('not_ready');
    world.hasRoomForHeld = true;
    expect((await world.deliverer.deliver(tenant, request('b'), caller)).status).to.equal('accepted');
  });

  it('is not accepted without an attempt either, unless its tenant has no budgets or is suspended', async () => {
    const accept = (reason: 'throttled' | 'suspended', of: Tenant, id: string) =>
      world.deliverer.accept(of, request(id), { reason, dueInMs: 0 });
    expect(await codeOf(accept('throttled', tenant, 'b'))).to.equal('overloaded');
    expect(await world.counts()).to.deep.equal([]);
    expect(await codeOf(accept('throttled', durableTenant(), 'c'))).to.equal('none');
    expect(await codeOf(accept('suspended', tenant, 'd'))).to.equal('none');
  });

  it('is not kept to wait for the pace of Omneo either', async () => {
    world.failure = new UpstreamError('throttled', 'slow down');
    const failure: unknown = await world
      .deliver('b', { perDay: { rewards: 2 } })
      .catch((error: unknown) => error);
    expect(failure).to.equal(world.failure);
    expect(await world.counts()).to.deep.equal([]);
  });
});

describe('a webhook that a budget has no room for', () => {
  let world: BudgetWorld;
  const one: Limits = { perDay: { rewards: 1 } };
  const tenant: Tenant = durableTenant({ limits: one });

  beforeEach(() => {
    world = new BudgetWorld();
  });

  /** What a webhook fails with that is not stored. */
  async function failureOf(id: string): Promise<unknown> {
    const webhook = rewardRequestOf({
      ...{ id, personId: 'ada', email: null, emailFault: null },
      ...{ definitionId: 42, amount: 10, fields: {} },
    });
    const request = toIdempotentRequest(tenant, webhook, id, 'request-1');
    return world.deliverer.deliver(tenant, request, caller).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('is accepted and held, and is issued on the next day', async () => {
    expect(await world.deliver('a', one)).to.equal('created');
    expect(await world.deliver('b', one)).to.equal('accepted: held');
    expect(await world.counts()).to.deep.equal(['1 waiting: held']);
    world.clock.advance(dayMs + 120_000);
    await world.work(tenant);
    expect(world.rewards).to.deep.equal(['a', 'b']);
  });

  it('is held for the amount too, while a smaller one has room', async () => {
    const limits = { perDay: { amount: 25.5 } };
    expect(await world.deliver('a', limits, 20)).to.equal('created');
    expect(await world.deliver('b', limits, 5.51)).to.equal('accepted: held');
    expect(await world.deliver('c', limits, 5.5)).to.equal('created');
    expect(await world.deliver('d', limits, 0.01)).to.equal('accepted: held');
  });

  it('is held for one customer, and not for another', async () => {
    const limits = { perProfilePerDay: { rewards: 1 } };
    expect(await world.deliver('a', limits)).to.equal('created');
    expect(await world.deliver('b', limits)).to.equal('accepted: held');
    world.profileId = 'grace';
    expect(await world.deliver('c', limits)).to.equal('created');
  });

  it('is answered 429 if it is not stored, with how long it is until the next day', async () => {
    await world.deliver('a', one);
    const failure = await failureOf('b');
    expect(failure).to.be.instanceOf(BudgetExceeded).and.to.include({ status: 429, outcome: 'overloaded' });
    const untilNext = (dayMs - (world.clock.now() % dayMs)) / 1000;
    expect((failure as BudgetExceeded).retryAfter).to.be.within(untilNext, untilNext + 31);
  });

  it('is a duplicate all the same if its reward exists, which costs nothing', async () => {
    await world.deliver('a', one);
    world.rewards.push('b');
    world.clock.advance(forgottenMs);
    expect(await world.deliver('b', one)).to.equal('duplicate');
    expect(await world.deliver('a', one)).to.equal('duplicate');
    expect(await world.deliver('c', { perDay: { rewards: 2 } })).to.equal('created');
  });

  it('asks Omneo nothing while it is known that there is no room, but for one in a few seconds', async () => {
    await world.deliver('a', one);
    await world.deliver('b', one);
    world.calls = [];
    for (const id of ['c', 'd', 'e']) expect(await world.deliver(id, one)).to.equal('accepted: held');
    expect(world.calls).to.deep.equal([]);
    world.clock.advance(forgottenMs);
    for (const id of ['f', 'g', 'h']) expect(await world.deliver(id, one)).to.equal('accepted: held');
    expect(world.calls).to.deep.equal(['profile']);
  });

  it('asks the pace for nothing meanwhile, and gives back what the courier was admitted', async () => {
    for (const id of ['a', 'b']) await world.deliver(id, one);
    world.pace = [];
    await world.deliver('c', one);
    expect(world.pace).to.deep.equal([]);
    await world.deliveries.wake('acme', ['held']);
    await world.work(tenant);
    expect(world.pace).to.deep.equal(['back 1', 'back 1']);
  });

  it('gives nothing back if it is not stored, and goes on though the pace has no room as far as it can guess', async () => {
    for (const id of ['a', 'b']) await world.deliver(id, one);
    world.pace = [];
    world.isPaced = true;
    await failureOf('c');
    expect(world.pace).to.deep.equal([]);
    world.clock.advance(forgottenMs);
    await failureOf('d');
    expect(world.pace).to.deep.equal(['arrives']);
  });

  it('is issued when another one gave its charge back', async () => {
    world.failure = new UpstreamError('rejected', 'Omneo says no');
    await world.deliver('a', one).then(
      () => expect.fail('it is parked'),
      (error: unknown) => expect(error).to.be.instanceOf(Parked),
    );
    world.failure = undefined;
    expect(await world.deliver('b', one)).to.equal('created');
  });

  it('is held while the outcome of another one is unknown, and that one is not charged twice', async () => {
    world.failure = new UpstreamError('unavailable', 'no answer', { mayHaveHappened: true });
    expect(await world.deliver('a', one)).to.equal('accepted: unconfirmed');
    world.failure = undefined;
    expect(await world.deliver('b', one)).to.equal('accepted: held');
    world.clock.advance(200_000);
    await world.work(tenant);
    expect(world.rewards).to.deep.equal(['a']);
  });

  it('is issued once a human replays it, and counted', async () => {
    await world.deliver('a', one);
    await world.deliver('b', one);
    await world.deliver('c', one);
    const [held] = await world.deliveries.admin.list({ tenants: ['acme'], reason: 'held' }, { limit: 1 });
    await world.deliveries.admin.replayOne(held!.id, decision);
    await world.work(tenant);
    expect(world.rewards).to.have.length(2);
    expect(await world.counts()).to.deep.equal(['1 waiting: held']);
    world.clock.advance(forgottenMs);
    expect(await world.deliver('d', { perDay: { rewards: 2 } })).to.equal('accepted: held');
  });

  it('is not given up while it is held, and has all of its time from then on', async () => {
    await world.deliver('a', one);
    await world.deliver('b', one);
    for (let day = 0; day < 5; day += 1) {
      world.clock.advance(dayMs + 120_000);
      const first = await world.deliver(`day-${day}`, one);
      expect(first).to.equal('created');
      await world.work(tenant);
      expect(await world.counts()).to.deep.equal(['1 waiting: held']);
    }
    world.clock.advance(dayMs + 120_000);
    world.failure = new UpstreamError('unavailable', '503');
    await world.work(tenant);
    expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
  });

  it('has all of its time also if that is shorter than it was held', async () => {
    const halfDay = { isDurable: true, waitsForProfile: false, giveUpAfterMs: dayMs / 2 };
    await world.deliver('a', one);
    await world.deliver('b', one);
    world.clock.advance(dayMs + 120_000);
    world.failure = new UpstreamError('unavailable', '503');
    await world.work({ ...tenant, delivery: halfDay });
    expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
    world.clock.advance(dayMs / 2);
    await world.work({ ...tenant, delivery: halfDay });
    expect(await world.counts()).to.deep.equal(['1 parked: gave_up']);
  });

  it('goes before what arrives when the next day begins', async () => {
    const two: Limits = { perDay: { rewards: 2 } };
    for (const id of ['a', 'b', 'old']) await world.deliver(id, two);
    await world.count();
    world.clock.advance(dayMs - (world.clock.now() % dayMs));
    for (const id of ['c', 'd']) expect(await world.deliver(id, two)).to.equal('accepted: held');
    world.clock.advance(90_000);
    await world.work(durableTenant({ limits: two }));
    expect(world.rewards).to.deep.equal(['a', 'b', 'old', 'c']);
    expect(await world.counts()).to.deep.equal(['1 waiting: held']);
  });

  it('goes before it whenever within its minute the day begins', async () => {
    for (const offsetMs of [0, 15_000, 29_000, 31_000, 45_000, 59_000]) {
      world = new BudgetWorld();
      world.clock.advance(offsetMs);
      for (const id of ['a', 'old']) await world.deliver(id, one);
      await world.count();
      world.clock.advance(dayMs - (world.clock.now() % dayMs));
      await world.deliver('new', one);
      for (let second = 0; second < 90; second += 1) {
        world.clock.advance(1000);
        await world.work(tenant);
      }
      expect(world.rewards).to.deep.equal(['a', 'old']);
    }
  });

  it('holds up nothing that arrives once no earlier one is held', async () => {
    const two: Limits = { perDay: { rewards: 2 } };
    for (const id of ['a', 'b', 'old']) await world.deliver(id, two);
    await world.count();
    world.clock.advance(dayMs + 120_000);
    await world.work(durableTenant({ limits: two }));
    await world.count();
    expect(await world.deliver('c', two)).to.equal('created');
  });

  it('keeps no other one from being given up', async () => {
    world.failure = new UpstreamError('unavailable', '503');
    expect(await world.deliver('old', { perDay: { rewards: 9 } })).to.equal('accepted: unavailable');
    world.failure = undefined;
    world.clock.advance(2.5 * dayMs);
    await world.deliver('a', one);
    expect(await world.deliver('b', one)).to.equal('accepted: held');
    world.clock.advance(dayMs / 2);
    world.failure = new UpstreamError('unavailable', '503');
    for (const taken of await world.take())
      if (taken.externalId === null) await world.deliverTaken(tenant, taken);
    expect(await world.counts()).to.include('1 parked: gave_up');
  });

  it('is parked if it alone is larger than the budget', async () => {
    const day = { amount: 9.99 };
    for (const [id, limits] of [
      ['a', { perDay: day }],
      ['b', { perProfilePerDay: day }],
    ] as const) {
      const failure = await world.deliver(id, limits).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(Parked);
      expect((failure as Parked).cause).to.include({ code: 'not_allowed' });
    }
    expect(await world.counts()).to.deep.equal(['2 parked: not_allowed']);
  });
});
