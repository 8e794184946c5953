import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { ProblemCode } from '../../src/lib/problem.ts';
import { type Reply, secretOf } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

type Changes = Readonly<Record<string, unknown>>;

let made = 0;

/** A webhook for a benefit that is right in every field, with an id of its own; `data` is all that it asks for. */
function benefitWebhook(data: Changes = { benefit_definition_id: 3 }, changes: Changes = {}): Changes {
  made += 1;
  return { id: `benefit-${made}`, ...ada, data, ...changes };
}

const byHandle = (handle: string): Changes => benefitWebhook({ benefit_definition_handle: handle });

describe('benefits', () => {
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
    const klaviyo = { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret', ...secretRef }] };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { klaviyo, ...spec } });
  }

  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body, {}, 'benefits');
  const held = () => sandbox.benefits('acme');

  for (const [what, definition] of [
    ['its number', { benefit_definition_id: '3' }],
    ['its handle', { benefit_definition_handle: 'birthday-gift' }],
  ] as const)
    it(`are given once for one id, of a definition by ${what}`, async () => {
      const body = benefitWebhook({ ...definition, meta: { flow: 'birthday' }, expires_at: '2030-01-01' });
      const replies = [await post(body), await post(body)];
      const answer = { benefit_id: held()[0]?.id, external_id: body['id'], matched_by: 'klaviyo' };
      expect(replies.map(({ status, json }) => ({ status, json }))).to.deep.equal([
        { status: 200, json: { status: 'created', ...answer } },
        { status: 200, json: { status: 'duplicate', ...answer } },
      ]);
      expect(held()).to.have.length(1);
      expect(held()[0]).to.deep.include({
        external_id: body['id'],
        definition: { id: 3, handle: 'birthday-gift' },
        value: null,
        expires_at: '2030-01-01',
        meta: { flow: 'birthday' },
      });
    });

  it('ask for a handle once, however many webhooks name it', async () => {
    for (let count = 0; count < 3; count += 1) await post(byHandle('last-seat'));
    expect(sandbox.calls()['acme benefit-definitions.handle']).to.equal(1);
  });

  it('read no definition that is named by its number, unless Omneo refuses it', async () => {
    await post(benefitWebhook());
    expect(Object.keys(sandbox.calls()).filter((call) => call.includes('definition'))).to.deep.equal([]);
  });

  const failures: readonly (readonly [
    when: string,
    code: ProblemCode,
    body: () => Changes,
    errors: readonly string[],
    says?: RegExp,
  ])[] = [
    [
      'no definition is named',
      'invalid_payload',
      () => benefitWebhook({ value: 1 }),
      ['data.benefit_definition_id missing'],
      /one of the two is needed/,
    ],
    [
      'two are named',
      'invalid_payload',
      () => benefitWebhook({ benefit_definition_id: 3, benefit_definition_handle: 'birthday-gift' }),
      ['data.benefit_definition_handle ambiguous'],
      /send one of the two/,
    ],
    [
      'a handle stands for a number',
      'invalid_payload',
      () => benefitWebhook({ benefit_definition_id: 'birthday-gift' }),
      ['data.benefit_definition_id not_a_number'],
      /send its handle as benefit_definition_handle/,
    ],
    [
      'its value is none',
      'invalid_payload',
      () => benefitWebhook({ benefit_definition_id: 3, value: '$5' }),
      ['data.value not_a_number'],
    ],
    ...['id', 'profile_id', 'external_id'].map(
      (name) =>
        [
          `${name} is in data`,
          'invalid_payload',
          () => benefitWebhook({ benefit_definition_id: 3, [name]: 1 }),
          [`data.${name} set_by_gateway`],
        ] as const,
    ),
    [
      'there is no definition of that number',
      'reward_rejected',
      () => benefitWebhook({ benefit_definition_id: 777 }),
      ['benefit_definition_id rejected_by_omneo'],
      /names no benefit definition in Omneo/,
    ],
    [
      'there is no definition of that handle',
      'reward_rejected',
      () => byHandle('no/such handle'),
      ['benefit_definition_handle rejected_by_omneo'],
      /names no benefit definition in Omneo/,
    ],
    [
      'its definition has ended',
      'reward_rejected',
      () => byHandle('last-summer'),
      ['benefit_definition_handle rejected_by_omneo'],
      /has ended/,
    ],
  ];
  for (const [when, code, body, errors, says = /./] of failures)
    it(`are refused with ${code} when ${when}`, async () => {
      const reply = await post(body());
      expectProblem(reply, code);
      expect(faultsOf(reply)).to.deep.equal(errors);
      expect((reply.json['errors'] as { hint: string }[])[0]?.hint).to.match(says);
      expect(held()).to.deep.equal([]);
    });

  it('are refused when none of their definition is left, and only then', async () => {
    expect((await post(benefitWebhook({ benefit_definition_id: 4 }))).status).to.equal(200);
    const reply = await post(benefitWebhook({ benefit_definition_id: 4 }));
    expect(expectProblem(reply, 'reward_rejected')['detail']).to.match(/^Check the benefit definition/);
    expect((reply.json['errors'] as { hint: string }[])[0]?.hint).to.match(/none is left/);
    expect(held()).to.have.length(1);
  });

  it('are refused with what Omneo said when its definition cannot be read', async () => {
    sandbox.setFaults([{ operation: 'benefit-definitions.get', kind: 'forbidden' }]);
    const reply = await post(benefitWebhook({ benefit_definition_id: 777 }));
    expectProblem(reply, 'reward_rejected');
    expect((reply.json['errors'] as { hint: string }[])[0]?.hint).to.match(/is rejected by Omneo/);
  });

  it('are rehearsed by the same sentences, and none is given', async () => {
    const rehearsalSecretRefs = [{ name: 'klaviyo', key: 'rehearsal' }];
    const klaviyo = { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], rehearsalSecretRefs };
    const [baseURL, secret] = [sandbox.baseURL('acme'), 'a-secret-that-only-rehearses'];
    const secrets = { klaviyo: { 'webhook-secret': secretOf('acme'), rehearsal: secret } };
    gateway.tenant('acme', { baseURL, spec: { klaviyo }, secrets });
    const rehearse = (body: unknown): Promise<Reply> =>
      gateway.post('acme', body, { 'x-omneo-secret': secret }, 'benefits');
    expect((await rehearse(benefitWebhook())).json).to.include({ status: 'rehearsed', would: 'create' });
    for (const handle of ['last-summer', 'nothing'])
      expectProblem(await rehearse(byHandle(handle)), 'reward_rejected');
    expect(held()).to.deep.equal([]);
  });

  it('are refused when they are worth more than limits.maxAmount', async () => {
    serve({ limits: { maxAmount: 5 } });
    const reply = await post(benefitWebhook({ benefit_definition_id: 3, value: 6 }));
    expect(expectProblem(reply, 'not_allowed')['detail']).to.match(/^Check data\.value/);
    expect((await post(benefitWebhook({ benefit_definition_id: 3, value: 5 }))).status).to.equal(200);
  });

  it('are not for a secret of some reward definitions', async () => {
    serve({}, { rewardDefinitions: [42] });
    expectProblem(await post(benefitWebhook()), 'not_allowed');
  });

  for (const [what, changes] of Object.entries({
    person: { person_id: '01ACMEBEN', email: 'ben@example.com' },
    value: { data: { benefit_definition_id: 3, value: 1 } },
    definition: { data: { benefit_definition_id: 4 } },
  }))
    it(`are not given under an id that was used for another ${what}`, async () => {
      const body = benefitWebhook();
      await post(body);
      expectProblem(await post({ ...body, ...changes }), 'id_reused');
      expect(held()).to.have.length(1);
    });

  describe('are never given twice', () => {
    const faults: readonly FaultRule[] = [
      { operation: 'benefits.create', kind: 'reset', when: 'after', times: 1 },
      { operation: 'benefits.create', kind: 'error', status: 500, when: 'after', times: 1 },
      { operation: 'benefits.create', kind: 'error', status: 504, times: 1 },
      { operation: 'benefits.create', kind: 'empty', when: 'after', times: 1 },
      { operation: 'benefits.create', kind: 'truncated', times: 1 },
      { operation: 'benefits.list', kind: 'error', status: 500, times: 1 },
      { operation: 'benefits.list', kind: 'filterIgnored', times: 1 },
      { operation: 'benefit-definitions.handle', kind: 'error', status: 500, times: 1 },
    ];
    for (const fault of faults)
      it(`when ${JSON.stringify(fault)} strikes`, async () => {
        sandbox.setFaults([fault]);
        const body = byHandle('birthday-gift');
        const statuses = [];
        for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post(body)).status);
        expect(statuses.every((status) => [200, 502, 503].includes(status))).to.equal(true);
        expect(held()).to.have.length.at.most(1);
        const isCommitted = !('status' in fault) || ('when' in fault && fault.when === 'after');
        if (isCommitted) expect(held()).to.have.length(1);
      });
  });
});
