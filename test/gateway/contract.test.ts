import { expect } from 'chai';
import { LedgerUnavailable, type Ledger } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { problems, type ProblemCode } from '../../src/lib/problem.ts';
import { times } from '../ledger/contract.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const path = '/api/v1/webhooks/klaviyo/rewards';

/** A ledger of which every claim fails with this error. */
const failing = (error: Error): Ledger =>
  Object.assign(new MemoryLedger({ clock: systemClock, times, maxEntries: 100 }), {
    claim: () => Promise.reject(error),
  });

describe('the contract over HTTP', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld({ env: { ANSWER_DEADLINE_MS: '400', UPSTREAM_TIMEOUT_MS: '1000' } });
    ({ gateway, sandbox } = world);
  });

  afterEach(() => {
    sandbox.reset();
  });

  after(() => world.stop());

  describe('success', () => {
    const created = (reply: Reply, id: unknown, matchedBy: string): void => {
      expect(reply.status).to.equal(200);
      expect(reply.headers['content-type']).to.match(/^application\/json(; charset=utf-8)?$/);
      expect(reply.headers['x-request-id']).to.match(/^[\w-]{36}$/);
      expect(reply.json).to.deep.equal({
        status: 'created',
        reward_id: sandbox.rewards('acme')[0]?.id,
        external_id: id,
        matched_by: matchedBy,
      });
    };

    it('is "created" with the reward, its external_id and what the profile was matched by', async () => {
      const body = webhook();
      created(await gateway.post('acme', body), body['id'], 'klaviyo');
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('is matched_by "omneo" when person_id is the Omneo profile id', async () => {
      const body = webhook({ person_id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01' });
      created(await gateway.post('acme', body), body['id'], 'omneo');
    });

    it('is matched_by "email" when person_id is nobody, whatever the case of the e-mail', async () => {
      const body = webhook({ person_id: '01NOBODY', email: ' ADA@Example.com ' });
      created(await gateway.post('acme', body), body['id'], 'email');
    });

    it('is "duplicate" with the same reward on a retry', async () => {
      const body = webhook();
      const first = await gateway.post('acme', body);
      const second = await gateway.post('acme', body);
      expect(second.status).to.equal(200);
      expect(second.json).to.deep.equal({ ...first.json, status: 'duplicate' });
      expect(sandbox.rewards('acme')).to.have.length(1);
    });

    it('names an external_id of the gateway when the webhook has no id', async () => {
      const reply = await gateway.post('acme', webhook({ id: '' }));
      expect(reply.json['external_id']).to.match(/^gw-[0-9a-f-]{36}$/);
      expect(sandbox.rewards('acme')[0]?.external_id).to.equal(reply.json['external_id']);
    });
  });

  type Row = Readonly<{
    when: string;
    code: ProblemCode;
    act: () => Promise<Reply>;
    detail: RegExp;
    errors?: readonly string[];
    retryAfter?: string;
  }>;

  const rows: readonly Row[] = [
    {
      when: 'the body is not JSON',
      code: 'invalid_json',
      act: () => gateway.post('acme', '{"id": "a",\n "amount": , }'),
      detail: /^Fix the JSON body at line 2, column 12: /,
    },
    {
      when: 'a field is wrong',
      code: 'invalid_payload',
      act: () => gateway.post('acme', webhook({ email: '' }, { amount: '$25.00' })),
      detail: /^Fix email, data\.amount: email is missing or blank/,
      errors: ['email missing', 'data.amount not_a_number'],
    },
    {
      when: 'the tenant is unknown',
      code: 'unauthorized',
      act: () => gateway.post('nobody', webhook()),
      detail: /^Check the URL and the x-omneo-secret header/,
    },
    {
      when: 'the secret is wrong',
      code: 'unauthorized',
      act: () => gateway.post('acme', webhook(), { 'x-omneo-secret': 'wrong' }),
      detail: /^Check the URL and the x-omneo-secret header/,
    },
    {
      when: 'nobody has that person_id or e-mail',
      code: 'profile_not_found',
      act: () => gateway.post('acme', webhook({ person_id: '01NOBODY', email: 'nobody@example.com' })),
      detail: /^Check that this customer exists in Omneo/,
    },
    {
      when: 'the profile was deleted',
      code: 'profile_not_found',
      act: () => gateway.post('acme', webhook({ person_id: '01ACMEDAN', email: 'dan@example.com' })),
      detail: /^Check that this customer exists in Omneo/,
    },
    {
      when: 'the path is another',
      code: 'not_found',
      act: () => gateway.get(`${gateway.url}/acme/api/v2`, { method: 'POST' }),
      detail: /^Check the URL/,
    },
    {
      when: 'the method is another',
      code: 'method_not_allowed',
      act: () => gateway.get(`${gateway.url}/acme${path}`),
      detail: /^Use POST/,
    },
    {
      when: 'the body is over 64 KiB',
      code: 'payload_too_large',
      act: () => gateway.post('acme', webhook({}, { meta: { a: 'x'.repeat(65_536) } })),
      detail: /^Make the webhook smaller/,
    },
    {
      when: 'the body is not declared to be JSON',
      code: 'unsupported_media_type',
      act: () => gateway.post('acme', webhook(), { 'content-type': 'text/plain' }),
      detail: /^Set the header Content-Type: application\/json/,
    },
    {
      when: 'Omneo says that it can never work',
      code: 'reward_rejected',
      act: () => gateway.post('acme', webhook({}, { reward_definition_id: 777 })),
      detail: /^Check the reward definition and the data fields/,
      errors: ['reward_definition_id rejected_by_omneo'],
    },
    {
      when: 'the id was used for another amount',
      code: 'id_reused',
      act: async () => {
        const first = webhook();
        await gateway.post('acme', first);
        return gateway.post('acme', { ...first, data: { reward_definition_id: 42, amount: 11 } });
      },
      detail: /^Make id unique for every reward/,
    },
    {
      when: 'the tenant may not issue rewards of that definition',
      code: 'not_allowed',
      act: () => {
        limited({ rewardDefinitions: [7] });
        return gateway.post('limited', webhook());
      },
      detail: /^Check data\.reward_definition_id: it is a reward definition that this tenant may not issue/,
      errors: ['data.reward_definition_id not_allowed'],
    },
    {
      when: 'the amount is more than a reward of the tenant may be worth',
      code: 'not_allowed',
      act: () => {
        limited({ maxAmount: 9.99 });
        return gateway.post('limited', webhook());
      },
      detail: /^Check data\.amount: it is more than one reward of this tenant may be worth/,
      errors: ['data.amount not_allowed'],
    },
    {
      when: 'Omneo answers 429',
      code: 'overloaded',
      act: () => {
        sandbox.setFaults([{ kind: 'throttle', retryAfter: 17 }]);
        return gateway.post('bloom', webhook());
      },
      detail: /^Nothing to fix: Omneo's limit is reached/,
      retryAfter: '17',
    },
    {
      when: 'the ledger can remember no more, since all that it holds is under way',
      code: 'overloaded',
      act: async () => {
        const small = await startGateway({ LEDGER_MAX_ENTRIES: '1' });
        small.tenant('acme', { baseURL: sandbox.baseURL('acme') });
        sandbox.setFaults([{ kind: 'hang', ms: 300, operation: 'rewards.create' }]);
        const first = small.post('acme', webhook());
        await eventually(() => expect(sandbox.calls()).to.include({ 'acme rewards.create': 1 }));
        const second = await small.post('acme', webhook());
        await first;
        await small.stop();
        return second;
      },
      detail: /^Nothing to fix: Klaviyo sends it again/,
      retryAfter: '5',
    },
    {
      when: 'the gateway has a bug',
      code: 'internal',
      act: () => onLedger(failing(new TypeError('a bug, with ada@example.com in its message'))),
      detail: /^Nothing to fix in Klaviyo/,
    },
    {
      when: 'Omneo answers 500',
      code: 'upstream_unavailable',
      act: () => {
        sandbox.setFaults([{ kind: 'error', status: 500 }]);
        return gateway.post('acme', webhook());
      },
      detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo did not answer as it should/,
    },
    {
      when: 'Omneo cuts the connection',
      code: 'upstream_unavailable',
      act: () => {
        sandbox.setFaults([{ kind: 'reset' }]);
        return gateway.post('acme', webhook());
      },
      detail: /^Nothing to fix in Klaviyo/,
    },
    {
      when: 'Omneo does not answer in time',
      code: 'upstream_unavailable',
      act: () => {
        sandbox.setFaults([{ kind: 'hang' }]);
        return gateway.post('acme', webhook());
      },
      detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time/,
    },
    {
      when: 'the outcome of a create could not be settled',
      code: 'upstream_unavailable',
      act: () => {
        sandbox.setFaults([
          { kind: 'reset', when: 'after', operation: 'rewards.create' },
          { kind: 'error', status: 500, operation: 'rewards.list', after: 1 },
        ]);
        return gateway.post('acme', webhook());
      },
      detail: /^Nothing to fix in Klaviyo/,
    },
    {
      when: 'the outcome of an earlier create is still unknown',
      code: 'not_ready',
      act: async () => {
        const body = webhook();
        sandbox.setFaults([{ kind: 'reset', operation: 'rewards.create', times: 1 }]);
        expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
        return gateway.post('acme', body);
      },
      detail: /^Nothing to fix: the outcome of an earlier attempt is still unknown/,
      retryAfter: '120',
    },
    {
      when: 'the tenants are not known yet',
      code: 'not_ready',
      act: async () => {
        const starting = await startGateway({}, { complete: false });
        const reply = await starting.post('acme', webhook());
        await starting.stop();
        return reply;
      },
      detail: /^Nothing to fix: tenants are still being loaded/,
    },
    {
      when: 'the tenant is suspended',
      code: 'not_ready',
      act: () => {
        gateway.tenant('paused', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
        return gateway.post('paused', webhook());
      },
      detail: /^Nothing to fix in Klaviyo, which sends it again: this tenant is not ready/,
    },
    {
      when: 'a Secret of the tenant is missing',
      code: 'not_ready',
      act: () => {
        gateway.tenant('halved', { baseURL: sandbox.baseURL('acme'), secrets: { omneo: {} } });
        return gateway.post('halved', webhook());
      },
      detail: /^Nothing to fix in Klaviyo, which sends it again: this tenant is not ready/,
    },
    {
      when: 'Omneo refuses the credentials',
      code: 'not_ready',
      act: () => {
        sandbox.setFaults([{ kind: 'unauthorized' }]);
        return gateway.post('acme', webhook());
      },
      detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo refuses/,
    },
    {
      when: 'the same id is under way',
      code: 'not_ready',
      act: async () => {
        const body = webhook();
        sandbox.setFaults([{ kind: 'hang', ms: 600, operation: 'rewards.create' }]);
        const first = gateway.post('acme', body);
        await eventually(() => expect(sandbox.calls()).to.include({ 'acme rewards.create': 1 }));
        const second = await gateway.post('acme', body);
        await first;
        return second;
      },
      detail: /^Nothing to fix: the same id is being worked on/,
    },
    {
      when: 'the ledger cannot be reached',
      code: 'not_ready',
      act: () => onLedger(failing(new LedgerUnavailable('down'))),
      detail: /^Nothing to fix in Klaviyo, which sends it again: the ledger cannot be reached/,
    },
  ];

  function limited(limits: object): void {
    const secrets = { omneo: { token: 'acme-static-token' } };
    gateway.tenant('limited', { baseURL: sandbox.baseURL('acme'), spec: { limits }, secrets });
  }

  async function onLedger(ledger: Ledger): Promise<Reply> {
    const other = await startGateway({}, { ledger });
    other.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    const reply = await other.post('acme', webhook());
    await other.stop();
    return reply;
  }

  for (const { when, code, act, detail, errors = [], retryAfter } of rows) {
    it(`answers ${problems[code].status} ${code} when ${when}`, async () => {
      const reply = await act();
      const { detail: said } = expectProblem(reply, code);
      expect(said).to.match(detail);
      expect(faultsOf(reply)).to.deep.equal(errors);
      if (retryAfter !== undefined) expect(reply.headers['retry-after']).to.equal(retryAfter);
    });
  }

  it('has a case for every code of the table', () => {
    expect([...new Set(rows.map(({ code }) => code))]).to.have.members(Object.keys(problems));
  });

  it('answers nothing that Klaviyo would drop when only time is needed', () => {
    const passing = ['overloaded', 'internal', 'upstream_unavailable', 'not_ready'] as const;
    for (const code of passing) expect([429, 500, 502, 503]).to.include(problems[code].status);
    const others = Object.entries(problems).filter(([code]) => !passing.some((one) => one === code));
    for (const [, { status }] of others) expect(status).to.be.within(400, 422);
  });
});
