import { expect } from 'chai';
import type { Action } from '../../src/actions/action.ts';
import { rewardsAction } from '../../src/actions/rewards/rewardsaction.ts';
import { Parked } from '../../src/delivery/delivered.ts';
import { keptUntilNotifiedMs, notifyForMs } from '../../src/delivery/events/notifyfor.ts';
import { Suspensions } from '../../src/delivery/limits/suspensions.ts';
import { parkRefused } from '../../src/delivery/refusedwebhooks.ts';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { Problem } from '../../src/lib/problem.ts';
import { UpstreamError } from '../../src/omneo/client/upstream.ts';
import { Confidential } from '../../src/tenants/confidential.ts';
import { keyringOf } from '../ledger/seal/samples.ts';
import { decision } from '../support/deliveries.ts';
import { webhook } from '../support/webhooks.ts';
import { StoredWorld, caller, durableTenant, parkedMs, times } from './stored.ts';

const anonymous = webhook({ id: undefined });
const fails = (error: Error) => (): Promise<never> => Promise.reject(error);

/** Rewards whose webhooks all fail to parse with this error. */
function parsingAs(error: Error): Action {
  const parse = (): never => {
    throw error;
  };
  return { ...rewardsAction(), parse };
}

const notFound = () => Promise.resolve(null);

/** How a caller is told that the profile is not found, in a word. */
async function tellsCaller(world: StoredWorld, body = webhook({ id: 'a' })): Promise<string> {
  const delivering = world.deliverer.deliver(durableTenant(), world.request(body), caller);
  const error: unknown = await delivering.catch((reason: unknown) => reason);
  return error instanceof Parked ? 'parked' : error instanceof Problem ? error.code : String(error);
}

describe('A webhook that fails for good while as many are parked as may be', () => {
  let world: StoredWorld;

  beforeEach(() => {
    world = new StoredWorld({ findProfile: notFound });
    world.hasRoom = false;
  });

  it('is told to its caller as ever, and forgotten', async () => {
    expect(await tellsCaller(world)).to.equal('profile_not_found');
    expect(await world.counts()).to.deep.equal([]);
    expect(await world.dueInMs()).to.equal(undefined);
  });

  it('is under way for a copy, which is told nothing of a delivery that may be forgotten', async () => {
    const request = world.request(webhook({ id: 'a' }));
    await world.ledger.claim(request.entry);
    expect(await tellsCaller(world)).to.equal('not_ready');
    world.hasRoom = true;
    const { status } = await world.deliverer.deliver(durableTenant(), request, caller);
    expect(status).to.equal('accepted');
  });

  it('is parked all the same if its caller was told before that it is stored', async () => {
    await world.store(webhook({ id: 'a' }));
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: profile_not_found']);
  });

  it('is parked all the same if it was before, since whoever sent it then was told so', async () => {
    world.hasRoom = true;
    expect(await tellsCaller(world)).to.equal('parked');
    world.hasRoom = false;
    expect(await tellsCaller(world)).to.equal('parked');
    expect(await world.counts()).to.deep.equal(['1 parked: profile_not_found']);
  });
});

describe('An attempt of a courier', () => {
  it('issues what is stored under the id that its webhook brings', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    await world.work();
    expect(world.rewards).to.deep.equal(['a']);
    expect(world.issued).to.deep.equal(['acme 1000']);
    expect(world.ended).to.have.length(1);
    expect(world.ended[0]?.end).to.have.nested.property('delivered.status', 'created');
    expect(await world.dueInMs()).to.equal(undefined);
  });

  it('issues one without an id under the external_id that its caller was told', async () => {
    const world = new StoredWorld();
    const request = world.request(anonymous);
    const told = await world.deliverer.accept(durableTenant(), request, { reason: 'throttled', dueInMs: 0 });
    await world.work();
    expect(world.rewards).to.deep.equal([told.externalId]);
  });

  it('gives back what is of a tenant that is served no more, and asks Omneo nothing', async () => {
    const world = new StoredWorld({ findProfile: fails(new Error('asked')) });
    await world.store(webhook({ id: 'a' }));
    const [taken] = await world.take();
    await world.deliverTaken(undefined, taken!);
    expect(await world.counts()).to.deep.equal(['1 waiting: suspended']);
    expect(await world.dueInMs()).to.equal(0);
  });

  for (const [what, error, counts, dueInMs] of [
    ['Omneo throttles', new UpstreamError('throttled', '429', { retryAfter: 60 }), 'throttled', 70_000],
    ['Omneo is away', new UpstreamError('unavailable', 'reset'), 'unavailable', 10_000],
    ['it runs into a bug', new TypeError('x is undefined'), 'unavailable', 10_000],
  ] as const)
    it(`makes it due later when ${what}`, async () => {
      const world = new StoredWorld({ findProfile: fails(error) });
      await world.store(webhook({ id: 'a' }));
      await world.work();
      expect(await world.counts()).to.deep.equal([`1 waiting: ${counts}`]);
      expect(await world.dueInMs()).to.equal(dueInMs);
      expect(world.ended).to.have.length(1);
    });

  it('is among the events of its delivery, with what Omneo said and how long it took', async () => {
    let answers = 0;
    const world = new StoredWorld({
      findProfile: () => {
        world.clock.advance(250);
        answers += 1;
        return answers === 1
          ? Promise.reject(new UpstreamError('unavailable', 'Omneo answered 503', { status: 503 }))
          : Promise.resolve({ profileId: 'ada', matchedBy: 'email' });
      },
    });
    await world.store(webhook({ id: 'a' }));
    const [stored] = await world.deliveries.admin.list({ tenants: ['acme'] }, { limit: 1 });
    await world.work();
    world.clock.advance(10_000);
    await world.work();
    const found = await world.deliveries.admin.find(stored!.id);
    const failed = { result: 'unavailable', code: 'upstream_unavailable', omneoStatus: 503, tookMs: 250 };
    expect(found?.events).to.deep.equal([
      { at: 1_000_000, kind: 'arrived' },
      { at: 1_000_250, kind: 'attempted', ...failed },
      { at: 1_010_500, kind: 'attempted', result: 'issued', matchedBy: 'email', tookMs: 250 },
    ]);
    expect(found?.record).to.include({ state: 'issued', attempts: 3 });
  });

  it('gives up when its time is over', async () => {
    const world = new StoredWorld({ findProfile: fails(new UpstreamError('unavailable', 'reset')) });
    await world.store(webhook({ id: 'a' }));
    world.clock.advance(72 * 3_600_000);
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: gave_up']);
  });

  it('gives up, and asks Omneo nothing, when five gateways were gone before they recorded the end', async () => {
    const world = new StoredWorld({ findProfile: fails(new Error('asked')) });
    await world.store(webhook({ id: 'a' }));
    for (let gone = 0; gone < 5; gone += 1) {
      expect(await world.take()).to.have.length(1);
      world.clock.advance(times.leaseMs + 1);
    }
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: gave_up']);
    expect(world.ended[0]?.end).to.have.nested.property('error.cause.name', 'LapsedTooOften');
  });

  it('begins a while after it was taken if a gateway was gone before, and within its lease', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    await world.take();
    world.clock.advance(times.leaseMs + times.settleWindowMs);
    const begun = world.clock.monotonic();
    await world.work();
    expect(world.rewards).to.deep.equal(['a']);
    expect(world.clock.monotonic() - begun).to.be.within(0.3 * times.leaseMs, 0.34 * times.leaseMs);
  });

  it('does not give up for the time before its tenant was last suspended, and does so in the end', async () => {
    const world = new StoredWorld({ findProfile: fails(new UpstreamError('unavailable', 'reset')) });
    const day = 24 * 3_600_000;
    await world.store(webhook({ id: 'a' }));
    world.clock.advance(50 * day);
    await new Suspensions(world).seen('acme');
    world.clock.advance(3 * day - 1);
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
    world.clock.advance(day);
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: gave_up']);
  });

  it('begins to count anew when it is replayed', async () => {
    const world = new StoredWorld({ findProfile: fails(new UpstreamError('unavailable', 'reset')) });
    await world.store(webhook({ id: 'a' }));
    world.clock.advance(72 * 3_600_000);
    await world.work();
    expect(await world.deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(1);
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
    expect(await world.dueInMs()).to.equal(5000);
  });

  it('is under way until the ledger knows what was made', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    const settle = world.ledger.settle.bind(world.ledger);
    let absences = 3;
    world.ledger.settle = (...args) =>
      absences-- > 0 ? Promise.reject(new LedgerUnavailable('away')) : settle(...args);
    await world.work();
    expect((await world.ledger.claim(world.request(webhook({ id: 'a' })).entry)).result).to.equal('issued');
  });

  it('looks up what it may have made when its process was killed, and makes nothing twice', async () => {
    const world = new StoredWorld();
    await world.store(webhook({ id: 'a' }));
    const [killed] = await world.take();
    world.rewards.push('a');
    world.clock.advance(times.leaseMs);
    await world.work();
    expect(world.rewards).to.deep.equal(['a']);
    expect(world.ended[0]?.end).to.have.nested.property('delivered.status', 'duplicate');
    expect(await world.ledger.settle(killed!.held.claim, { resourceId: 9, matchedBy: 'klaviyo' })).to.equal(
      false,
    );
  });

  it('makes one reward for a webhook without an id whose gateway never answered, and its retry of hours later', async () => {
    const world = new StoredWorld();
    await world.ledger.claim(world.request(anonymous).entry);
    world.clock.advance(times.leaseMs + times.settleWindowMs);
    await world.work();
    world.clock.advance(12 * 3_600_000);
    const retry = await world.deliverer.deliver(durableTenant(), world.request(anonymous), caller);
    expect(retry).to.include({ status: 'duplicate', externalId: world.rewards[0] });
    expect(world.rewards).to.have.length(1);
  });

  it('lets a webhook without an id be another one soon after the answer to its like', async () => {
    const world = new StoredWorld();
    const request = world.request(anonymous);
    const told = await world.deliverer.accept(durableTenant(), request, { reason: 'throttled', dueInMs: 0 });
    await world.deliverer.answered(request, told, true);
    world.clock.advance(20_000);
    const next = await world.deliverer.deliver(durableTenant(), world.request(anonymous), caller);
    expect(next).to.include({ status: 'created' });
    await world.work();
    expect(new Set(world.rewards).size).to.equal(2);
  });

  describe('when it cannot open what is stored', () => {
    it('waits ten minutes for a key that may be on its way, and then parks it, once', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      world.keyring = keyringOf(2);
      for (let minute = 0; minute < 8; minute += 1) {
        await world.work();
        expect(await world.counts(), `after ${minute}`).to.deep.equal(['1 waiting: unavailable']);
        world.clock.advance(60_000);
      }
      await world.work();
      expect(await world.counts()).to.deep.equal(['1 parked: unreadable']);
      world.clock.advance(3_600_000);
      await world.work();
      const parked = world.ended.filter(({ end }) => 'error' in end);
      expect(parked.map(({ end }) => 'error' in end && end.error)).to.have.length(1);
      expect(parked[0]?.end).to.have.property('error').that.is.instanceOf(Parked);
    });

    it('issues it when the key has come', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      world.keyring = keyringOf(2);
      await world.work();
      world.keyring = keyringOf(2, 1);
      world.clock.advance(60_000);
      await world.work();
      expect(world.rewards).to.deep.equal(['a']);
    });

    it('parks at once what was tampered with', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      const [taken] = await world.take();
      const garbled = Uint8Array.from(taken!.webhook, (byte, n) =>
        n === taken!.webhook.length - 1 ? byte ^ 1 : byte,
      );
      await world.deliverTaken(durableTenant(), { ...taken!, webhook: garbled });
      expect(await world.counts()).to.deep.equal(['1 parked: unreadable']);
    });

    it('opens nothing that is stored for another tenant', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      const [taken] = await world.take();
      await world.deliverTaken(durableTenant({ slug: 'bloom' }), { ...taken!, tenant: 'bloom' });
      expect(await world.counts()).to.deep.equal(['1 parked: unreadable']);
      expect(world.rewards).to.deep.equal([]);
    });
  });

  describe('when what is stored makes no sense', () => {
    it('parks what is invalid by the rules of today', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      world.actions = [parsingAs(new Problem('invalid_payload'))];
      await world.work();
      expect(await world.counts()).to.deep.equal(['1 parked: invalid_payload']);
    });

    it('parks what is of an action that is no more', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      world.actions = [];
      await world.work();
      expect(await world.counts()).to.deep.equal(['1 parked: invalid_payload']);
    });

    it('keeps what runs into a bug before it is attempted, for later', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      world.actions = [parsingAs(new TypeError('x is undefined'))];
      await world.work();
      expect(await world.counts()).to.deep.equal(['1 waiting: unavailable']);
      expect(await world.dueInMs()).to.equal(10_000);
      expect(world.ended.map(({ end }) => 'error' in end && end.error)).to.deep.equal([
        new TypeError('x is undefined'),
      ]);
    });
  });

  describe('when the ledger is away', () => {
    it('leaves it to the end of its lease', async () => {
      const world = new StoredWorld({ findProfile: fails(new UpstreamError('throttled', '429')) });
      await world.store(webhook({ id: 'a' }));
      const [taken] = await world.take();
      const { ledger } = world;
      const deliveries = { ...world.deliveries, postpone: fails(new LedgerUnavailable('away')) };
      Object.assign(ledger, { deliveries });
      await world.deliverTaken(durableTenant(), taken!);
      expect(await world.dueInMs()).to.equal(times.leaseMs);
    });

    it('leaves one of a tenant that is served no more likewise', async () => {
      const world = new StoredWorld();
      await world.store(webhook({ id: 'a' }));
      const [taken] = await world.take();
      Object.assign(world.ledger, {
        deliveries: { ...world.deliveries, postpone: fails(new LedgerUnavailable('away')) },
      });
      await world.deliverTaken(undefined, taken!);
      expect(world.ended[0]?.end).to.have.property('error').that.is.instanceOf(LedgerUnavailable);
      expect(await world.dueInMs()).to.equal(times.leaseMs);
    });
  });
});

describe('What Klaviyo is to be told', () => {
  const dayMs = 24 * 3_600_000;
  const tenant = durableTenant({ klaviyoEvents: { apiKey: new Confidential('pk_of_the_tests') } });
  const outcomesAfter = async (ms: number, world: StoredWorld): Promise<readonly string[]> => {
    world.clock.advance(ms);
    await world.ledger.check();
    const taken = await world.deliveries.outbox.take('acme', 10, 1);
    return taken.map(({ outcome }) => ('reason' in outcome ? outcome.reason : outcome.kind));
  };
  const worlds: readonly (readonly [string, make: () => Promise<StoredWorld>])[] = [
    [
      'issued',
      async () => {
        const world = new StoredWorld({}, dayMs);
        await world.store(webhook({ id: 'a' }));
        await world.work(tenant);
        return world;
      },
    ],
    [
      'profile_not_found',
      async () => {
        const world = new StoredWorld({ findProfile: notFound }, dayMs);
        await world.store(webhook({ id: 'a' }));
        await world.work(tenant);
        return world;
      },
    ],
    [
      'gave_up',
      async () => {
        const world = new StoredWorld({}, dayMs);
        await world.store(webhook({ id: 'a' }));
        for (let gone = 0; gone < 5; gone += 1) {
          await world.take();
          world.clock.advance(times.leaseMs + 1);
        }
        await world.work(tenant);
        return world;
      },
    ],
  ];
  for (const [outcome, make] of worlds)
    it(`stays in the outbox until it counts as expired, however long what is ${outcome} is kept`, async () => {
      expect(await outcomesAfter(notifyForMs + 3_600_000, await make())).to.deep.equal([outcome]);
      expect(await outcomesAfter(keptUntilNotifiedMs + 1000, await make())).to.deep.equal([]);
    });

  it('is kept no longer for it where it is kept longer anyway', async () => {
    const world = new StoredWorld({ findProfile: notFound });
    await world.store(webhook({ id: 'a' }));
    await world.work(tenant);
    expect(await outcomesAfter(parkedMs - 1000, world)).to.deep.equal(['profile_not_found']);
    expect(await outcomesAfter(2000, world)).to.deep.equal([]);
  });
});

describe('A replay of what was parked as it came', () => {
  const relaxed = durableTenant({
    klaviyo: { identityHandle: 'klaviyo', identifiers: 'any', actions: ['rewards'] },
  });
  const noEmail = (id: unknown) => JSON.stringify(webhook({ id, email: '' }));

  /** Parks a webhook that is refused, and replays it. */
  const replayed = async (
    world: StoredWorld,
    raw: string,
    code: Problem['code'] = 'invalid_payload',
  ): Promise<void> => {
    const { deliveries, keyring } = world;
    const storage = { deliveries, keyring, parkedMs, parkedRoom: world.parkedRoom };
    await parkRefused(new Problem(code), 'rewards', storage, { raw, tenant: durableTenant() });
    expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(1);
  };

  it('is parked again while it is as wrong as before', async () => {
    const world = new StoredWorld();
    await replayed(world, noEmail('a'));
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: invalid_payload']);
  });

  it('is parked again if it is no JSON', async () => {
    const world = new StoredWorld();
    await replayed(world, '{"id": ', 'invalid_json');
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: invalid_payload']);
  });

  for (const [what, id] of [
    ['with an id', 'a'],
    ['without one', undefined],
  ] as const) {
    it(`is issued once the rules allow it, ${what}, and leaves nothing`, async () => {
      const world = new StoredWorld();
      await replayed(world, noEmail(id));
      await world.work(relaxed);
      expect(world.rewards).to.have.length(1);
      expect(await world.counts()).to.deep.equal([]);
      expect(await world.dueInMs()).to.equal(undefined);
    });

    it(`goes on as another delivery when it cannot be issued now, ${what}`, async () => {
      let isAway = true;
      const world = new StoredWorld({
        findProfile: () =>
          isAway
            ? Promise.reject(new UpstreamError('throttled', '429'))
            : Promise.resolve({ profileId: 'ada', matchedBy: 'klaviyo' }),
      });
      await replayed(world, noEmail(id));
      await world.work(relaxed);
      expect(await world.counts()).to.deep.equal(['1 waiting: throttled']);
      isAway = false;
      world.clock.advance(5000);
      await world.work(relaxed);
      expect(world.rewards).to.have.length(1);
      expect(await world.counts()).to.deep.equal([]);
    });

    it(`is the delivery that people know, with all its events, ${what}`, async () => {
      const world = new StoredWorld();
      const { admin } = world.deliveries;
      await replayed(world, noEmail(id));
      const [known] = await admin.list({ tenants: ['acme'] }, { limit: 2 });
      await world.work(relaxed);
      const all = await admin.list({ tenants: ['acme'] }, { limit: 2 });
      expect(all.map((each) => [each.id, each.state])).to.deep.equal([[known!.id, 'issued']]);
      const { events } = (await admin.find(known!.id))!;
      expect(events.map(({ kind }) => kind)).to.deep.equal(['arrived', 'replayed', 'attempted']);
    });

    it(`can be opened while it waits, ${what}`, async () => {
      const world = new StoredWorld({ findProfile: fails(new UpstreamError('throttled', '429')) });
      await replayed(world, noEmail(id));
      await world.work(relaxed);
      const [known] = await world.deliveries.admin.list({ tenants: ['acme'] }, { limit: 2 });
      const { webhook: stored, context } = (await world.deliveries.admin.webhookOf(known!.id))!;
      expect(world.keyring.open(stored, context)).to.equal(noEmail(id));
    });

    it(`is parked with its own reason when Omneo rejects it, ${what}`, async () => {
      const world = new StoredWorld({ create: fails(new UpstreamError('rejected', '422')) });
      await replayed(world, noEmail(id));
      await world.work(relaxed);
      expect(await world.counts()).to.deep.equal(['1 parked: rejected']);
    });

    it(`makes nothing twice when its process is killed before it has forgotten the old one, ${what}`, async () => {
      const world = new StoredWorld();
      await replayed(world, noEmail(id));
      const drop = world.deliveries.drop.bind(world.deliveries);
      const killed = { ...world.deliveries, drop: fails(new LedgerUnavailable('killed')) };
      Object.assign(world.ledger, { deliveries: killed });
      await world.work(relaxed);
      expect(world.rewards).to.have.length(1);
      Object.assign(world.ledger, { deliveries: { ...killed, drop } });
      // Long after an equal webhook would count as another one.
      world.clock.advance(12 * 3_600_000);
      await world.work(relaxed);
      expect(world.rewards).to.have.length(1);
      expect(await world.dueInMs()).to.equal(undefined);
    });
  }

  it('without an id answers no equal webhook that arrives: each is issued', async () => {
    const world = new StoredWorld();
    await replayed(world, noEmail(undefined));
    await world.work(relaxed);
    const arrived = world.request(noEmail(undefined), relaxed);
    expect(await world.deliverer.deliver(relaxed, arrived, caller)).to.include({ status: 'created' });
    expect(new Set(world.rewards).size).to.equal(2);
  });

  it('is parked again while its id belongs to another webhook', async () => {
    const world = new StoredWorld();
    await world.deliverer.deliver(durableTenant(), world.request(webhook({ id: 'a' })), caller);
    await replayed(world, JSON.stringify(webhook({ id: 'a' }, { amount: 11 })), 'id_reused');
    await world.work();
    expect(await world.counts()).to.deep.equal(['1 parked: id_reused']);
    expect(world.rewards).to.deep.equal(['a']);
  });

  it('waits while a copy of it is under way', async () => {
    const world = new StoredWorld();
    await world.ledger.claim(world.request(noEmail('a'), relaxed).entry);
    await replayed(world, noEmail('a'));
    await world.work(relaxed);
    expect(world.rewards).to.deep.equal([]);
    // It is that one's copy: the one that is under way is stored, and is delivered.
    expect(await world.counts()).to.deep.equal([]);
    expect(await world.dueInMs()).to.be.within(1, times.leaseMs);
  });
});
