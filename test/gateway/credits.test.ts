import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { ProblemCode } from '../../src/lib/problem.ts';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

type Changes = Readonly<Record<string, unknown>>;

let made = 0;

/** A webhook for a credit that is right in every field, with an id of its own. */
function creditWebhook(changes: Changes = {}, data: Changes = {}): Changes {
  made += 1;
  return { id: `credit-${made}`, ...ada, data: { credit_definition_id: 7, amount: 10, ...data }, ...changes };
}

describe('credits', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld({ env: { ANSWER_DEADLINE_MS: '400', UPSTREAM_TIMEOUT_MS: '1000' } });
    ({ gateway, sandbox } = world);
  });
  beforeEach(() => {
    sandbox.reset();
    serve({});
  });
  after(() => world.stop());

  function serve(spec: object, secretRef: object = {}): void {
    const secretRefs = [{ name: 'klaviyo', key: 'webhook-secret', ...secretRef }];
    const klaviyo = { secretRefs, actions: ['rewards', 'credits'] };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { klaviyo, ...spec } });
  }

  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body, {}, 'credits');
  const held = () => sandbox.credits('acme');

  it('are given once for one id, however often it comes', async () => {
    const body = creditWebhook({}, { amount: '12.50', meta: { flow: 'sorry' }, message: 'With love' });
    const replies = [await post(body), await post(body)];
    const answer = { credit_id: held()[0]?.id, external_id: body['id'], matched_by: 'klaviyo' };
    expect(replies.map(({ status, json }) => ({ status, json }))).to.deep.equal([
      { status: 200, json: { status: 'created', ...answer } },
      { status: 200, json: { status: 'duplicate', ...answer } },
    ]);
    expect(held()).to.have.length(1);
    expect(held()[0]).to.deep.include({
      external_id: body['id'],
      external_namespace: 'klaviyo-flow',
      credit_definition_id: 7,
      value_initial: 12.5,
      value_remaining: 12.5,
      timezone: 'UTC',
      meta: { flow: 'sorry' },
    });
  });

  it('share no id with rewards: one id may ask for one of each', async () => {
    const id = 'shared-1';
    const reward = { ...creditWebhook({ id }), data: { reward_definition_id: 42, amount: 10 } };
    const replies = [await post(creditWebhook({ id })), await gateway.post('acme', reward)];
    expect(replies.map(({ json }) => json['status'])).to.deep.equal(['created', 'created']);
    expect([held().length, sandbox.rewards('acme').length]).to.deep.equal([1, 1]);
  });

  it('are looked for among those of the gateway alone, by both filters', async () => {
    await post(creditWebhook());
    const queries = sandbox.requests().filter(({ operation }) => operation === 'credits.list');
    expect(queries).to.not.be.empty;
    expect(sandbox.calls()).to.not.have.property('acme rewards.list');
  });

  it('of another system under the same id are not taken for ours', async () => {
    const { profile_id: profile } = await ourCredit('seen-1');
    await commitElsewhere('taken-1', String(profile));
    expect((await post(creditWebhook({ id: 'taken-1' }))).json['status']).to.equal('created');
  });

  /** What Omneo holds after a webhook with this id. */
  async function ourCredit(id: string): Promise<Changes> {
    await post(creditWebhook({ id }));
    return { ...held().find(({ external_id }) => external_id === id) };
  }

  /** Another system gives a credit, under a namespace of its own. */
  async function commitElsewhere(id: string, profile: string): Promise<void> {
    const response = await fetch(`${sandbox.baseURL('acme')}/credits`, {
      method: 'POST',
      headers: { authorization: 'Bearer acme-static-token', 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ profile_id: profile, timezone: 'UTC', credit_definition_id: 7 },
        ...{ value_initial: 3, value_remaining: 3, external_id: id, external_namespace: 'till' },
      }),
    });
    expect(response.status).to.equal(201);
  }

  const failures: readonly (readonly [
    when: string,
    code: ProblemCode,
    body: () => Changes,
    ...errors: string[],
  ])[] = [
    ['amount is missing', 'invalid_payload', () => creditWebhook({}, { amount: '' }), 'data.amount missing'],
    [
      'amount is below a cent',
      'invalid_payload',
      () => creditWebhook({}, { amount: 0.001 }),
      'data.amount not_in_cents',
    ],
    [
      'the definition is a name',
      'invalid_payload',
      () => creditWebhook({}, { credit_definition_id: 'gift' }),
      'data.credit_definition_id not_a_number',
    ],
    [
      'the definition is one of a reward',
      'invalid_payload',
      () => creditWebhook({ data: { reward_definition_id: 42, amount: 1 } }),
      'data.credit_definition_id missing',
    ],
    ...['id', 'profile_id', 'external_id', 'external_namespace', 'value_initial', 'value_remaining'].map(
      (name) =>
        [
          `${name} is in data`,
          'invalid_payload',
          () => creditWebhook({}, { [name]: 1 }),
          `data.${name} set_by_gateway`,
        ] as const,
    ),
    ['nobody is found', 'profile_not_found', () => creditWebhook({ person_id: 'x', email: 'x@example.com' })],
    [
      'there is no such definition',
      'reward_rejected',
      () => creditWebhook({}, { credit_definition_id: 777 }),
      'credit_definition_id rejected_by_omneo',
    ],
    [
      'it is worth more than its definition may be',
      'reward_rejected',
      () => creditWebhook({}, { credit_definition_id: 8, amount: 501 }),
      'value_initial rejected_by_omneo',
      'value_remaining rejected_by_omneo',
    ],
  ];
  for (const [when, code, body, ...errors] of failures)
    it(`are refused with ${code} when ${when}`, async () => {
      const reply = await post(body());
      expectProblem(reply, code);
      expect(faultsOf(reply)).to.deep.equal(errors);
      expect(held()).to.deep.equal([]);
    });

  it('that Omneo refuses are told from rewards', async () => {
    const reply = await post(creditWebhook({}, { credit_definition_id: 777 }));
    expect(expectProblem(reply, 'reward_rejected')['detail']).to.match(
      /^Check the credit definition .* this credit can/,
    );
  });

  for (const [what, changes] of Object.entries({
    person: { person_id: '01ACMEBEN', email: 'ben@example.com' },
    amount: { data: { credit_definition_id: 7, amount: 11 } },
    definition: { data: { credit_definition_id: 8, amount: 10 } },
  }))
    it(`are not given under an id that was used for another ${what}`, async () => {
      const body = creditWebhook();
      await post(body);
      expectProblem(await post({ ...body, ...changes }), 'id_reused');
      expect(held()).to.have.length(1);
    });

  it('are refused over limits.maxAmount, without its value', async () => {
    serve({ limits: { maxAmount: 9.99 } });
    const reply = await post(creditWebhook());
    const { detail } = expectProblem(reply, 'not_allowed');
    expect(detail).to.match(/^Check data\.amount: it is more than one credit .* limits\.maxAmount\.$/);
    expect(detail).to.not.contain('9.99');
    expect(held()).to.deep.equal([]);
  });

  for (const limit of ['perDay', 'perProfilePerDay'])
    it(`are refused over all of limits.${limit}.amount, which no day has room for`, async () => {
      serve({ limits: { [limit]: { amount: 9.99 } } });
      const { detail } = expectProblem(await post(creditWebhook()), 'not_allowed');
      expect(detail).to.match(new RegExp(`^Check data\\.amount: .* raise limits\\.${limit}\\.amount\\.$`));
    });

  describe('with a secret that has a scope', () => {
    for (const [scope, isWithin] of [
      [{ actions: ['credits'] }, true],
      [{ actions: ['credits', 'rewards'], rewardDefinitions: [42] }, true],
      [{ actions: ['rewards'] }, false],
      [{ rewardDefinitions: [42] }, false],
    ] as const)
      it(`are ${isWithin ? 'given' : 'refused'} when it is ${JSON.stringify(scope)}`, async () => {
        serve({}, scope);
        const reply = await post(creditWebhook());
        if (isWithin) expect(reply.status).to.equal(200);
        else expectProblem(reply, 'not_allowed');
        expect(held()).to.have.length(isWithin ? 1 : 0);
      });
  });

  describe('are given exactly once', () => {
    const faults: readonly FaultRule[] = [
      { operation: 'credits.create', kind: 'reset', when: 'after', times: 1 },
      { operation: 'credits.create', kind: 'error', status: 500, when: 'after', times: 1 },
      { operation: 'credits.create', kind: 'error', status: 504, times: 1 },
      { operation: 'credits.create', kind: 'html', status: 502, when: 'after', times: 1 },
      { operation: 'credits.create', kind: 'empty', when: 'after', times: 1 },
      { operation: 'credits.create', kind: 'truncated', times: 1 },
      { operation: 'credits.list', kind: 'error', status: 500, times: 1 },
      { operation: 'credits.list', kind: 'filterIgnored', times: 1 },
    ];
    for (const shown of [false, true])
      for (const fault of faults)
        it(`when ${JSON.stringify(fault)} strikes and the external_id is ${shown ? 'shown' : 'hidden'}`, async () => {
          sandbox.setOption({ showExternalId: shown });
          await post(creditWebhook());
          await post(creditWebhook());
          sandbox.setFaults([fault]);
          const body = creditWebhook();
          const statuses = [];
          for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post(body)).status);
          expect(statuses.every((status) => [200, 502, 503].includes(status))).to.equal(true);
          expect(held().filter(({ external_id: id }) => id === body['id'])).to.have.length.at.most(1);
        });
  });
});
