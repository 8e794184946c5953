import { expect } from 'chai';
import type { Fault, FaultRule } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import type { Operation } from '../../sandbox/operation.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { eventually } from '../support/eventually.ts';
import { webhook } from '../support/webhooks.ts';
import { type LeapingClock, leapingClock } from './clock.ts';
import { retried, retry } from './klaviyo.ts';

/** Status and problem code of an answer; "created" for a success. */
const created = '200 created';
const unavailable = '502 upstream_unavailable';
const notReady = '503 not_ready';
const overloaded = '429 overloaded';

type Row = readonly [
  fault: Fault,
  /** The answer while the fault lasts, by the step that it hits: the token, a look-up, the create. */
  token: string,
  lookUp: string,
  create: string,
  /** The look-up by id, if it is not as the others. */
  byId?: string,
];

/**
 * A create that was committed before its answer was lost is found again at once. One that may have been is
 * doubtful, even if the sandbox knows that it was not.
 */
const rows: Row[] = [
  [{ kind: 'delay', ms: 5 }, created, created, created],
  [{ kind: 'drip', ms: 20 }, created, created, created],
  [{ kind: 'drip', ms: 5_000 }, unavailable, unavailable, created],
  [{ kind: 'hang' }, unavailable, unavailable, unavailable],
  [{ kind: 'hang', when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'hang', ms: 20 }, unavailable, unavailable, unavailable],
  [{ kind: 'hang', ms: 20, when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'reset' }, unavailable, unavailable, unavailable],
  [{ kind: 'reset', when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'truncated' }, unavailable, unavailable, created],
  [{ kind: 'error', status: 408 }, unavailable, unavailable, unavailable],
  [{ kind: 'error', status: 500 }, unavailable, unavailable, unavailable],
  [{ kind: 'error', status: 500, when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'error', status: 502 }, unavailable, unavailable, unavailable],
  [{ kind: 'error', status: 503 }, unavailable, unavailable, unavailable],
  [{ kind: 'error', status: 504, when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'html' }, unavailable, unavailable, unavailable],
  [{ kind: 'html', when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'html', status: 502 }, unavailable, unavailable, unavailable],
  [{ kind: 'html', status: 502, when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'oversized' }, unavailable, unavailable, unavailable],
  [{ kind: 'oversized', when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'empty' }, unavailable, unavailable, unavailable],
  [{ kind: 'empty', when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'empty', status: 204, when: 'after' }, unavailable, unavailable, created],
  [{ kind: 'redirect', location: '/acme/api/v3/rewards' }, unavailable, unavailable, unavailable],
  [
    { kind: 'redirect', location: 'https://elsewhere.invalid/', status: 307 },
    unavailable,
    unavailable,
    unavailable,
  ],
  [{ kind: 'unauthorized' }, notReady, notReady, notReady],
  [{ kind: 'forbidden' }, notReady, notReady, notReady],
  [{ kind: 'throttle' }, overloaded, overloaded, overloaded],
  [{ kind: 'throttle', retryAfter: null }, overloaded, overloaded, overloaded],
];

/** Refusals that are not worded as Omneo's: one of a look-up by id leaves the e-mail to go by. */
const refusals = [400, 404, 422].flatMap((status): Row[] =>
  (['error', 'html', 'empty'] as const).flatMap((kind): Row[] => {
    const token = status === 404 ? unavailable : notReady;
    const byId = status === 400 ? unavailable : created;
    return [
      [{ kind, status }, token, unavailable, unavailable, byId],
      [{ kind, status, when: 'after' }, token, unavailable, created, byId],
    ];
  }),
);
/** As what stands in front of Omneo refuses whom it does not let in, or what it does not let out. */
for (const status of [401, 403]) {
  refusals.push(
    [{ kind: 'html', status }, notReady, notReady, notReady],
    [{ kind: 'html', status, when: 'after' }, notReady, notReady, created],
  );
}
refusals.push([{ kind: 'html', status: 451, when: 'after' }, unavailable, unavailable, created]);

type Step = Readonly<{ operation: Operation; column: 1 | 2 | 3 | 4; person: Record<string, unknown> }>;

/** Whom only the e-mail look-up finds. */
const byEmail = { person_id: '01NOBODY' };
const steps: Record<string, Step> = {
  'the token': { operation: 'token', column: 1, person: {} },
  'the look-up by id': { operation: 'search-id', column: 4, person: {} },
  'the look-up by e-mail': { operation: 'profiles', column: 2, person: byEmail },
  'the look-up of the reward': { operation: 'rewards.list', column: 2, person: {} },
  'the create': { operation: 'rewards.create', column: 3, person: {} },
};

function nameOf(fault: Fault): string {
  const { kind, ...details } = fault;
  const told = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
  return told.length === 0 ? kind : `${kind} (${told.join(', ')})`;
}

/** Whether it ends in a time-out. */
function isSlow(fault: Fault): boolean {
  return (fault.kind === 'hang' && fault.ms === undefined) || (fault.kind === 'drip' && fault.ms > 1000);
}

describe('one webhook while Omneo fails', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let clock: LeapingClock;

  before(async () => {
    clock = leapingClock();
    sandbox = await startSandbox({ tenants: sample, now: clock.now });
    gateway = await startGateway({ UPSTREAM_TIMEOUT_MS: '250', ANSWER_DEADLINE_MS: '3000' }, { clock });
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    // Without having shown that it finds such ids, none of unknown outcome would be created again.
    for (const id of ['test-proof-000000', '']) {
      const before = sandbox.calls()['acme rewards.list'] ?? 0;
      expect((await gateway.post('acme', webhook({ id }))).status).to.equal(200);
      await eventually(() => expect(sandbox.calls()['acme rewards.list']).to.be.above(before));
    }
    await eventually(() => expect(sandbox.calls()['acme rewards.list']).to.equal(5));
  });

  beforeEach(() => {
    sandbox.reset();
    // What is registered anew begins without a token.
    gateway.registry.delete('default/acme');
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials: 'oauth' });
  });

  after(async () => {
    await gateway.stop();
    await sandbox.close();
  });

  const post = async (body: Record<string, unknown>) => {
    const reply = await gateway.post('acme', body);
    const answer = `${reply.status} ${String(reply.json['code'] ?? reply.json['status'])}`;
    if (reply.status === 429 || reply.status === 503) expect(reply.headers).to.have.property('retry-after');
    return { reply, answer };
  };

  /** Retries as Klaviyo does, and holds that there is one reward in the end, and it the right one. */
  const expectOneReward = async (body: Record<string, unknown>, first: Awaited<ReturnType<typeof post>>) => {
    const { status, json, text } = await retry(gateway, clock, { slug: 'acme', body, first: first.reply });
    expect(status, text).to.equal(200);
    const rewards = sandbox.rewards('acme').filter(({ external_id: key }) => key === body['id']);
    expect(rewards.map(({ id }) => id)).to.deep.equal([json['reward_id']]);
    expect(rewards[0]).to.include({ profile_id: sample[0]?.profiles[0]?.id, value_initial: 10 });
  };

  for (const [step, { operation, column, person }] of Object.entries(steps)) {
    describe(`at ${step}`, () => {
      for (const row of [...rows, ...refusals]) {
        const fault: FaultRule = { ...row[0], operation };
        const answer = row[column] ?? row[2];

        it(`by ${nameOf(row[0])}, is answered ${answer} until that is over, and becomes one reward`, async () => {
          const body = webhook(person);
          sandbox.setFaults([fault]);
          const first = await post(body);
          expect(first.answer).to.equal(answer);
          sandbox.setFaults([]);
          await expectOneReward(body, first);
        });

        it(`once by ${nameOf(row[0])}, is answered so that Klaviyo sends it again, and becomes one reward`, async () => {
          const body = webhook(person);
          sandbox.setFaults([{ ...fault, times: 1 }]);
          const first = await post(body);
          expect([created, unavailable, notReady, overloaded]).to.include(first.answer);
          await expectOneReward(body, first);
        });

        // Seventeen time-outs would take too long.
        if (isSlow(row[0])) continue;
        it(`by ${nameOf(row[0])} all day long, becomes no more than one reward`, async () => {
          const body = webhook(person);
          sandbox.setFaults([fault]);
          const first = await post(body);
          const last = await retry(gateway, clock, { slug: 'acme', body, first: first.reply });
          const rewards = sandbox.rewards('acme').length;
          // Refused again and again in Omneo's JSON, with nothing there, it is refused for good.
          const isRefusal = operation === 'rewards.create' && row[0].kind === 'error' && rewards === 0;
          const isFinal = isRefusal && [400, 422].includes(row[0].status);
          expect(isFinal ? [422] : [200, ...retried]).to.include(last.status);
          expect(rewards).to.be.at.most(1);
          if (last.status === 200) expect(rewards).to.equal(1);
        });
      }
    });
  }

  describe('at the look-up by the one id that finds the person', () => {
    for (const [fault, , lookUp] of refusals) {
      // The one refusal that is Omneo's word: nobody has the id.
      const isWord = fault.kind === 'error' && fault.status === 404;
      const answer = isWord ? '404 profile_not_found' : lookUp;
      it(`by ${nameOf(fault)}, is answered ${answer}`, async () => {
        const body = webhook({ email: 'nobody@example.com' });
        sandbox.setFaults([{ ...fault, operation: 'search-id' }]);
        const first = await post(body);
        expect(first.answer).to.equal(answer);
        expect(sandbox.rewards('acme')).to.be.empty;
        sandbox.setFaults([]);
        if (!isWord) await expectOneReward(body, first);
      });
    }
  });

  describe('by ignoring a filter', () => {
    it('is not given to a stranger, nor told that there is nobody', async () => {
      const body = webhook({ person_id: '01NOBODY', email: 'nobody@example.com' });
      sandbox.setFaults([{ kind: 'filterIgnored', operation: 'profiles' }]);
      expect((await post(body)).answer).to.equal(unavailable);
      sandbox.setFaults([]);
      expect((await post(body)).answer).to.equal('404 profile_not_found');
      expect(sandbox.rewards('acme')).to.be.empty;
    });

    it('is issued to whom the e-mail proves', async () => {
      sandbox.setFaults([{ kind: 'filterIgnored', operation: 'profiles' }]);
      const body = webhook(byEmail);
      await expectOneReward(body, await post(body));
    });

    for (const earlier of [1, 2, 20]) {
      for (const times of [1, 2, Infinity]) {
        const often = Number.isFinite(times) ? `${times} times` : 'always';
        it(`of rewards ${often}, with ${earlier} like it there, does not take one of them for its own`, async () => {
          for (let count = 0; count < earlier; count += 1) await post(webhook());
          sandbox.setFaults([
            { kind: 'filterIgnored', operation: 'rewards.list', ...(times < Infinity && { times }) },
          ]);
          const body = webhook();
          const first = await post(body);
          expect(first.answer).to.equal(unavailable);
          sandbox.setFaults([]);
          await expectOneReward(body, first);
          expect(sandbox.rewards('acme')).to.have.length(earlier + 1);
        });
      }
    }
  });

  describe('by showing a reward late', () => {
    const late: (readonly [Fault, answer: string])[] = [
      [{ kind: 'error', status: 500, when: 'after' }, unavailable],
      [{ kind: 'reset', when: 'after' }, unavailable],
      [{ kind: 'truncated' }, unavailable],
      [{ kind: 'hang', when: 'after' }, unavailable],
      // What is refused at a look-up is told as what is refused at the create, when that cannot be found.
      ...refusals.filter(([fault]) => 'when' in fault).map(([fault, , lookUp]) => [fault, lookUp] as const),
    ];
    for (const [fault, answer] of late) {
      it(`after ${nameOf(fault)}, is not issued twice`, async () => {
        sandbox.setOption({ lookupLagMs: 100_000 });
        sandbox.setFaults([{ ...fault, operation: 'rewards.create', times: 1 }]);
        const body = webhook();
        const first = await post(body);
        expect(first.answer).to.equal(answer);
        expect((await post(body)).answer).to.equal(notReady);
        await expectOneReward(body, first);
      });
    }
  });

  describe('and comes without an id', () => {
    for (const when of ['before', 'after'] as const) {
      it(`is settled by its retry, not doubled, when the create broke ${when} it took effect`, async () => {
        sandbox.setOption({ lookupLagMs: 100_000 });
        sandbox.setFaults([{ kind: 'reset', when, operation: 'rewards.create', times: 1 }]);
        const body = webhook({ id: undefined }, { meta: { when } });
        const first = await post(body);
        expect(first.answer).to.equal(unavailable);
        const last = await retry(gateway, clock, { slug: 'acme', body, first: first.reply });
        expect(last.status).to.equal(200);
        expect(sandbox.rewards('acme').map(({ external_id: key }) => key)).to.deep.equal([
          last.json['external_id'],
        ]);
      });
    }
  });
});
