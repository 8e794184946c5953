import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { ProblemCode } from '../../src/lib/problem.ts';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { ada, webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

type Changes = Readonly<Record<string, unknown>>;

let made = 0;

/** A webhook that sets an attribute and is right in every field, with an id of its own; `data` replaces or adds. */
function attributeWebhook(data: Changes = {}, changes: Changes = {}): Changes {
  made += 1;
  const usual = { namespace: 'pet', handle: 'breed', value: 'beagle' };
  return { id: `attribute-${made}`, ...ada, data: { ...usual, ...data }, ...changes };
}

const visits = { namespace: 'loyalty', handle: 'visits' };
const score = { namespace: 'loyalty', handle: 'score' };
const paperless = { namespace: 'preferences', handle: 'paperless' };

describe('attributes', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    const env = { ANSWER_DEADLINE_MS: '2000', UPSTREAM_TIMEOUT_MS: '1500', SETTLE_WINDOW_MS: '0' };
    world = await startWorld({ env });
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

  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body, {}, 'attributes');
  const held = () => sandbox.attributes('acme');
  const hintOf = ({ json }: Reply): string | undefined => (json['errors'] as { hint: string }[])[0]?.hint;

  it('are set once for one id', async () => {
    const body = attributeWebhook();
    const replies = [await post(body), await post(body)];
    const answer = { attribute_id: held()[0]?.id, external_id: body['id'], matched_by: 'klaviyo' };
    expect(replies.map(({ status, json }) => ({ status, json }))).to.deep.equal([
      { status: 200, json: { status: 'created', ...answer } },
      { status: 200, json: { status: 'duplicate', ...answer } },
    ]);
    expect(held()).to.have.length(1);
    expect(sandbox.calls()).to.include({ 'acme attributes.set': 1 });
  });

  it('cost one call beside those that find the profile', async () => {
    await post(attributeWebhook());
    expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 1, 'acme attributes.set': 1 });
  });

  for (const [what, data, type, value] of [
    ['text', { value: 'beagle' }, 'string', 'beagle'],
    ['text that is a number', { value: '007' }, 'string', '007'],
    ['text with an HTML escape of the template', { value: 'O&#39;Hara &amp; Co' }, 'string', "O'Hara & Co"],
    ['text with blanks around it', { value: ' beagle ' }, 'string', 'beagle'],
    ['a whole number', { ...visits, value: 7 }, 'integer', 7],
    ['zero', { ...visits, value: 0 }, 'integer', 0],
    ['a whole number in quotes, by its type', { ...visits, value: '7', type: 'integer' }, 'integer', 7],
    ['a number', { ...score, value: -7.25 }, 'float', -7.25],
    ['a whole number, by its type', { ...score, value: 7, type: 'float' }, 'float', 7],
    ['true', { ...paperless, value: true }, 'boolean', true],
    ['false', { ...paperless, value: false }, 'boolean', false],
    [
      'true as a template writes it, by its type',
      { ...paperless, value: 'True', type: 'boolean' },
      'boolean',
      true,
    ],
    ['a number as text, by its type', { value: 7, type: 'string' }, 'string', '7'],
  ] as const)
    it(`are set to ${what}`, async () => {
      const reply = await post(attributeWebhook(data));
      expect(reply.status, reply.text).to.equal(200);
      expect(held().map((row) => ({ type: row.type, value: row.value }))).to.deep.equal([{ type, value }]);
    });

  it('are set whatever they are called, where Omneo takes any', async () => {
    sandbox.setOption({ attributesOnDemand: true });
    const name = { namespace: 'Größe & co', handle: 'a.b-c_1 d' };
    expectProblem(await post(attributeWebhook(name)), 'invalid_payload');
    const plain = { namespace: 'Größe', handle: 'a.b-c_1 d' };
    expect((await post(attributeWebhook(plain))).status).to.equal(200);
    expect(held()[0]).to.include(plain);
  });

  const failures: readonly (readonly [
    when: string,
    code: ProblemCode,
    data: Changes,
    errors: readonly string[],
    says?: RegExp,
  ])[] = [
    ...['namespace', 'handle', 'value'].flatMap((name) =>
      [undefined, null, '', ' ', 'None'].map(
        (blank) =>
          [
            `${name} is ${blank === undefined ? 'left out' : JSON.stringify(blank)}`,
            'invalid_payload',
            { [name]: blank },
            [`data.${name} missing`],
          ] as const,
      ),
    ),
    ['its handle has a colon', 'invalid_payload', { handle: 'a:b' }, ['data.handle not_a_name']],
    ['its namespace has a slash', 'invalid_payload', { namespace: 'a/b' }, ['data.namespace not_a_name']],
    ['its handle is an e-mail', 'invalid_payload', { handle: 'a@b.c' }, ['data.handle not_a_name']],
    ['its namespace is a list', 'invalid_payload', { namespace: ['a'] }, ['data.namespace not_text']],
    ['its handle is long', 'invalid_payload', { handle: 'a'.repeat(256) }, ['data.handle too_long']],
    ['its value is long', 'invalid_payload', { value: 'a'.repeat(256) }, ['data.value too_long']],
    ['its value is a list', 'invalid_payload', { value: ['a'] }, ['data.value not_a_value']],
    ['its value is an object', 'invalid_payload', { value: { a: 1 } }, ['data.value not_a_value']],
    ['its tag was not rendered', 'invalid_payload', { value: '{{ event.x }}' }, ['data.value unrendered']],
    ['its value is huge', 'invalid_payload', { ...visits, value: 1e20 }, ['data.value not_exact'], /quotes/],
    ['its type is none', 'invalid_payload', { type: 'date' }, ['data.type not_a_type']],
    ...['id', 'profile_id', 'external_id'].map(
      (name) =>
        [`${name} is in data`, 'invalid_payload', { [name]: 1 }, [`data.${name} set_by_gateway`]] as const,
    ),
    [
      'Omneo knows no such handle',
      'reward_rejected',
      { handle: 'colour' },
      ['handle rejected_by_omneo'],
      /check there that the attribute exists/,
    ],
    ['it is of another type', 'reward_rejected', { value: 7 }, ['type rejected_by_omneo'], /without quotes/],
    ...[
      ['integer', 'seven'],
      ['integer', '7.5'],
      ['integer', true],
      ['integer', '99999999999999999999'],
      ['float', '1e3'],
      ['boolean', 'yes'],
      ['boolean', 2],
    ].map(
      ([type, value]) =>
        [
          `${JSON.stringify(value)} is said to be of the type ${String(type)}`,
          'invalid_payload',
          { ...visits, value, type },
          ['data.value not_of_type'],
        ] as const,
    ),
    [
      'Omneo does not take the value',
      'reward_rejected',
      { ...visits, value: 7.5, type: 'float' },
      ['type rejected_by_omneo'],
    ],
  ];
  for (const [when, code, data, errors, says = /./] of failures)
    it(`are refused with ${code} when ${when}`, async () => {
      const reply = await post(attributeWebhook(data));
      expectProblem(reply, code);
      expect(faultsOf(reply)).to.deep.equal(errors);
      expect(hintOf(reply)).to.match(says);
      expect(held()).to.deep.equal([]);
    });

  it('are refused in words about attributes', async () => {
    const { detail } = expectProblem(await post(attributeWebhook({ handle: 'colour' })), 'reward_rejected');
    expect(detail).to.match(/^Check the namespace, the handle and the value/);
  });

  it('are refused when Omneo does not find them, and tried again when it is the profile that is gone', async () => {
    sandbox.setOption({ unknownAttribute: '404' });
    const reply = await post(attributeWebhook({ handle: 'colour' }));
    expectProblem(reply, 'reward_rejected');
    expect(faultsOf(reply)).to.deep.equal(['namespace rejected_by_omneo', 'handle rejected_by_omneo']);
    sandbox.setFaults([
      { operation: 'attributes.set', kind: 'error', status: 404, times: 1 },
      { operation: 'search-id', kind: 'error', status: 500, after: 1 },
      { operation: 'profiles', kind: 'error', status: 500 },
    ]);
    expectProblem(await post(attributeWebhook()), 'upstream_unavailable');
  });

  it('are rehearsed, and none is set', async () => {
    const klaviyo = {
      secretRefs: [{ name: 'other', key: 'webhook-secret' }],
      rehearsalSecretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }],
    };
    const secrets = { other: { 'webhook-secret': 'another-secret-of-twenty-four' } };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { klaviyo }, secrets });
    expect((await post(attributeWebhook())).json).to.include({ status: 'rehearsed', would: 'create' });
    expectProblem(await post(attributeWebhook({ value: '' })), 'invalid_payload');
    expect(held()).to.deep.equal([]);
  });

  it('are bounded by no limit of what may be given away, and take nothing of a budget', async () => {
    serve({ limits: { maxAmount: 1, rewardDefinitions: [42], perDay: { rewards: 1 } } });
    for (const value of [1000, 2000])
      expect((await post(attributeWebhook({ ...visits, value }))).status).to.equal(200);
    expect((await gateway.post('acme', webhook({}, { amount: 1 }))).status).to.equal(200);
    expect((await gateway.post('acme', webhook({}, { amount: 1 }))).status).to.equal(429);
    expect((await post(attributeWebhook({ ...visits, value: 3000 }))).status).to.equal(200);
  });

  it('are for a secret of some reward definitions only if it says so', async () => {
    serve({}, { rewardDefinitions: [42] });
    expectProblem(await post(attributeWebhook()), 'not_allowed');
    serve({}, { rewardDefinitions: [42], actions: ['rewards', 'attributes'] });
    expect((await post(attributeWebhook())).status).to.equal(200);
    serve({}, { actions: ['rewards'] });
    expectProblem(await post(attributeWebhook()), 'not_allowed');
  });

  it('are not served by a tenant that leaves them out', async () => {
    const klaviyo = { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], actions: ['rewards'] };
    serve({ klaviyo });
    expectProblem(await post(attributeWebhook()), 'not_found');
  });

  for (const [what, changes] of Object.entries({
    person: { person_id: '01ACMEBEN', email: 'ben@example.com' },
    value: { data: { namespace: 'pet', handle: 'breed', value: 'poodle' } },
    attribute: { data: { ...visits, value: 1 } },
  }))
    it(`are not set under an id that was used for another ${what}`, async () => {
      const body = attributeWebhook();
      await post(body);
      expectProblem(await post({ ...body, ...changes }), 'id_reused');
      expect(sandbox.attributeHistory('acme').map(({ value }) => value)).to.deep.equal(['beagle']);
    });

  it('are not set back by a copy of the webhook before', async () => {
    const [first, second] = [attributeWebhook(), attributeWebhook({ value: 'poodle' })];
    for (const body of [first, second, first]) expect((await post(body)).status).to.equal(200);
    expect(held()[0]?.value).to.equal('poodle');
  });

  describe('are set as asked, and to nothing else,', () => {
    const faults: readonly FaultRule[] = [
      { operation: 'attributes.set', kind: 'reset', times: 1 },
      { operation: 'attributes.set', kind: 'reset', when: 'after', times: 2 },
      { operation: 'attributes.set', kind: 'error', status: 500, times: 1 },
      { operation: 'attributes.set', kind: 'error', status: 500, when: 'after', times: 1 },
      { operation: 'attributes.set', kind: 'error', status: 504, when: 'after', times: 1 },
      { operation: 'attributes.set', kind: 'html', status: 404, times: 1 },
      { operation: 'attributes.set', kind: 'empty', when: 'after', times: 1 },
      { operation: 'attributes.set', kind: 'oversized', when: 'after', times: 1 },
      { operation: 'attributes.set', kind: 'truncated', times: 2 },
      { operation: 'attributes.set', kind: 'unauthorized', times: 1 },
      { operation: 'attributes.set', kind: 'forbidden', times: 1 },
      { operation: 'attributes.set', kind: 'throttle', times: 1 },
      { operation: 'attributes.set', kind: 'redirect', location: '/login', times: 1 },
      { operation: 'attributes.set', kind: 'refusal', words: 'base', when: 'after', times: 1 },
      { operation: 'attributes.set', kind: 'refusal', words: 'server', times: 1 },
    ];
    for (const fault of faults)
      it(`when ${JSON.stringify(fault)} strikes`, async () => {
        sandbox.setFaults([fault]);
        const body = attributeWebhook();
        const statuses = [];
        for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post(body)).status);
        expect(statuses.slice(0, 2).every((status) => [200, 429, 502, 503].includes(status))).to.equal(true);
        expect(statuses.at(-1)).to.equal(200);
        expect(held().map(({ value }) => value)).to.deep.equal(['beagle']);
      });

    it('when what is read after a lost answer is lost too', async () => {
      sandbox.setFaults([
        { operation: 'attributes.set', kind: 'error', status: 500, when: 'after', times: 1 },
        { operation: 'attributes.get', kind: 'error', status: 500, times: 1 },
      ]);
      const body = attributeWebhook();
      expectProblem(await post(body), 'upstream_unavailable');
      expect((await post(body)).json).to.include({ status: 'created' });
      expect(held().map(({ value }) => value)).to.deep.equal(['beagle']);
    });
  });
});
