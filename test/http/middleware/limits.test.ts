import { expect } from 'chai';
import { InFlight } from '../../../src/http/inflight.ts';
import { Limit, limitTenant } from '../../../src/http/middleware/limits.ts';
import type { WebhookExchange } from '../../../src/http/webhookstate.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { durableTenant } from '../../delivery/stored.ts';

describe('Limit', () => {
  it('has room for so many under each name, and throws overloaded beyond', () => {
    const limit = new Limit(2);
    limit.enter('a');
    limit.enter('a');
    expect(() => limit.enter('a'))
      .to.throw(Problem)
      .with.property('code', 'overloaded');
    limit.enter('b');
    expect(() => limit.enter('b')).to.not.throw();
  });

  it('has room again for each that leaves, once', () => {
    const limit = new Limit(2);
    const leave = limit.enter('a');
    limit.enter('a');
    leave();
    leave();
    limit.enter('a');
    expect(() => limit.enter('a')).to.throw(Problem);
  });

  it('takes a name as it is, whatever an object would make of it', () => {
    const limit = new Limit(1);
    limit.enter('__proto__')();
    expect(() => limit.enter('__proto__')).to.not.throw();
  });
});

describe('The limit of one tenant', () => {
  const durable = durableTenant();
  const synchronous = durableTenant({ delivery: { ...durable.delivery, isDurable: false } });
  let limit: Limit;
  let inFlight: InFlight;

  /** Lets a webhook in, and gives what the next step is told, if it comes to that. */
  const enter = async (
    tenant: typeof durable,
    { postponed = null, work = Promise.resolve() }: Partial<WebhookExchange['state']> = {},
  ): Promise<WebhookExchange['state']['postponed'] | undefined> => {
    const state = { tenant, mayStore: tenant.delivery.isDurable, postponed, work };
    let told: WebhookExchange['state']['postponed'] | undefined;
    await limitTenant(limit, inFlight)({ state } as WebhookExchange, () => {
      told = state.postponed;
      return Promise.resolve();
    });
    return told;
  };
  const under = new Promise<never>(() => undefined);

  beforeEach(() => {
    limit = new Limit(1);
    inFlight = new InFlight();
  });

  it('lets a webhook be attempted now while there is room', async () => {
    expect(await enter(durable)).to.equal(null);
    await inFlight.idle();
    expect(await enter(durable)).to.equal(null);
  });

  it('has a webhook accepted, and attempted a moment later, that finds no room and is stored', async () => {
    await enter(durable, { work: under });
    expect(await enter(durable)).to.deep.equal({ reason: 'throttled', dueInMs: 1000 });
  });

  it('refuses one that finds no room and is not stored', async () => {
    await enter(synchronous, { work: under });
    const error: unknown = await enter(synchronous).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Problem).and.include({ code: 'overloaded' });
  });

  it('leaves another reason to wait as it is', async () => {
    const postponed = { reason: 'suspended', dueInMs: 5 } as const;
    await enter(durable, { work: under });
    expect(await enter(durable, { postponed })).to.equal(postponed);
  });

  it('takes no room of the others for what is only accepted', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await enter(durable, { work: promise });
    await enter(durable, { work: under });
    resolve(undefined);
    await promise;
    await Promise.resolve();
    expect(await enter(durable)).to.equal(null);
  });
});
