import { expect } from 'chai';
import { problems } from '../../src/lib/problem.ts';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';
import { type ContractStage, contractRows } from './contractrows.ts';

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

  const stage = (): ContractStage => ({
    gateway,
    sandbox,
    sendBefore: (to, ...webhook) => to.post(...webhook),
    postTo: (to, ...webhook) => to.post(...webhook),
    post: (...webhook) => gateway.post(...webhook),
    tenant: (of, ...tenant) => {
      of.tenant(...tenant);
    },
  });

  for (const { when, code, act, detail, errors = [], retryAfter } of contractRows) {
    it(`answers ${problems[code].status} ${code} when ${when}`, async () => {
      const reply = await act(stage());
      const { detail: said } = expectProblem(reply, code);
      expect(said).to.match(detail);
      expect(faultsOf(reply)).to.deep.equal(errors);
      if (retryAfter !== undefined) expect(reply.headers['retry-after']).to.equal(retryAfter);
    });
  }

  it('has a case for every code of the table', () => {
    expect([...new Set(contractRows.map(({ code }) => code))]).to.have.members(Object.keys(problems));
  });

  it('answers nothing that Klaviyo would drop when only time is needed', () => {
    const passing = ['overloaded', 'internal', 'upstream_unavailable', 'not_ready'] as const;
    for (const code of passing) expect([429, 500, 502, 503]).to.include(problems[code].status);
    const others = Object.entries(problems).filter(([code]) => !passing.some((one) => one === code));
    for (const [, { status }] of others) expect(status).to.be.within(400, 422);
  });
});
