import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { evidence } from '../support/evidence.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { expectNoLeak } from '../support/leaks.ts';
import { type Collector, startCollector } from '../support/otlp/collector.ts';

/** Begins every text here that nobody may see again; numbers have their own markers. */
const marker = 'Lq7x';
const amount = 8413.77;
const definition = 987_654_321;
const profileId = '5ec2e75e-0000-4000-8000-5ec2e75e0001';
const marked = new RegExp(`${marker}|841[34][.,]77|987654321|5ec2e75e`, 'i');
/** Begins the one value of a payload that an answer repeats. */
const externalId = 'order-5150';
let made = 0;

const person = { person_id: `${marker}-person`, email: `${marker}-ada@example.com` };
const body = (changes: object = {}, data: object = {}) => ({
  id: `${externalId}-${made}`,
  ...person,
  data: { reward_definition_id: definition, amount, meta: { [`${marker}_key`]: `${marker}-meta` }, ...data },
  ...changes,
});

const omneo = {
  client_id: `${marker}-client`,
  client_secret: `${marker}-client-secret`,
  username: `${marker}-user@example.com`,
  password: `${marker}-password`,
  token: `${marker}-token`,
};
const secrets = { omneo, klaviyo: { 'webhook-secret': `${marker}-webhook-secret` } };
const right = { 'x-omneo-secret': `${marker}-webhook-secret` };

describe('the search for leaks', () => {
  for (const leak of [
    'acme-webhook-secret-of-the-tests',
    '{"token":"acme-static-token"}',
    `a ${'0af9'.repeat(10)} token`,
    'authorization: Bearer abcdefgh',
    '{"email":"ada+x@example.com"}',
    'person 01ACMEADA',
    '{"profile_id":"6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01"}',
  ]) {
    it(`finds ${leak}`, () => {
      expect(() => {
        expectNoLeak(['{"msg":"webhook"}', leak]);
      }).to.throw('a gateway told');
    });
  }
});

describe('what a gateway tells', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let collector: Collector;
  let stopped: Promise<boolean> | undefined;
  let begun: number;

  const stop = (): Promise<boolean> => (stopped ??= gateway.stop());

  before(async () => {
    sandbox = await startSandbox({
      tenants: [
        {
          name: 'vault',
          credentials: {
            clientId: omneo.client_id,
            clientSecret: omneo.client_secret,
            username: omneo.username,
            password: omneo.password,
            tokens: [omneo.token],
          },
          profiles: [
            {
              id: profileId,
              email: person.email,
              firstName: `${marker}-Ada`,
              identities: [{ handle: 'klaviyo', identifier: person.person_id }],
            },
          ],
          definitions: [{ id: definition, handle: `${marker}-definition` }],
        },
      ],
    });
    collector = await startCollector();
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    // Of the first call of a process, which a busy machine makes slow, it is not to be the end.
    gateway = await startGateway({ UPSTREAM_TIMEOUT_MS: '1000', SETTLE_WINDOW_MS: '0', ...traced });
  });

  beforeEach(() => {
    sandbox.reset();
    made += 1;
    begun = evidence.length;
    gateway.registry.delete('default/vault');
    gateway.tenant('vault', { baseURL: sandbox.baseURL('vault'), credentials: 'oauth', secrets });
  });

  after(async () => {
    await stop();
    await collector.close();
    await sandbox.close();
  });

  const post = (sent: unknown, headers: Record<string, string> = right) =>
    gateway.post('vault', sent, headers);
  const told = async () => {
    await gateway.metrics();
    // What all rewards of a tenant are worth is what this one is worth, for as long as there is no other.
    const texts = evidence
      .slice(begun)
      .map((text) => text.replaceAll(/^omneo_gateway_issued_amount_total\{.*$/gm, ''));
    // One log line, one answer with its headers, one page of metrics at the least.
    expect(texts.length).to.be.at.least(4);
    return texts;
  };

  it('of a reward is its id, and the external_id in the answer alone', async () => {
    const { status, json } = await post(body());
    expect(status).to.equal(200);
    expect(Object.keys(json).sort()).to.deep.equal(['external_id', 'matched_by', 'reward_id', 'status']);
    const texts = await told();
    expect(texts.filter((text) => marked.test(text))).to.deep.equal([]);
    expect(texts.filter((text) => text.includes(externalId))).to.have.length(1);
  });

  type Case = readonly [told: string, status: number, sent: unknown, headers?: Record<string, string>];
  const cases: Case[] = [
    ['broken JSON', 400, `{"id": "${marker}", "amount": ${marker}}`],
    ['JSON that breaks off', 400, `{"id": "${marker}", "email": "${person.email}`],
    ['no object', 400, `"${marker}"`],
    [
      'fields that are all wrong',
      400,
      body(
        { id: [marker], email: `${marker} at` },
        { amount: `$${amount}`, timezone: marker, meta: marker, reward_definition_id: `#${definition}` },
      ),
    ],
    ['tags that were not rendered', 400, body({ person_id: `{{ ${marker} }}`, email: `&lt;${marker}&gt;` })],
    ["fields of the gateway's own", 400, body({}, { profile_id: profileId, external_id: marker })],
    ['a wrong secret', 401, body(), { 'x-omneo-secret': `${marker}-wrong` }],
    [
      'no person that is known',
      404,
      body({ person_id: `${marker}-nobody`, email: `${marker}-no@example.com` }),
    ],
    ['another media type', 415, `${marker}=1`, { ...right, 'content-type': `text/${marker}` }],
    ['too much', 413, body({}, { meta: { long: marker.repeat(20_000) } })],
    ['what Omneo rejects', 422, body({}, { reward_definition_id: definition + 1, note: marker })],
  ];
  for (const [what, status, sent, headers = right] of cases) {
    it(`of a webhook with ${what} (${status}) is nothing that was sent`, async () => {
      const noted = {
        ...headers,
        'x-request-id': `${marker} ${person.email}`,
        'user-agent': marker,
        cookie: marker,
      };
      expect((await post(sent, noted)).status).to.equal(status);
      const texts = await told();
      expect(texts.filter((text) => marked.test(text) || text.includes(externalId))).to.deep.equal([]);
    });
  }

  it('of an id that is used again for something else is nothing that was sent', async () => {
    await post(body());
    begun = evidence.length;
    expect((await post(body({}, { amount: amount + 1 }))).status).to.equal(422);
    const texts = await told();
    expect(texts.filter((text) => marked.test(text) || text.includes(externalId))).to.deep.equal([]);
  });

  it('of an address that it does not know is nothing of that address', async () => {
    await gateway.get(`${gateway.url}/vault/${marker}?email=${person.email}`);
    await gateway.get(`${gateway.url}/${marker}/api/v1/webhooks/klaviyo/rewards?${marker}`, {
      method: 'POST',
    });
    expect((await told()).filter((text) => marked.test(text))).to.deep.equal([]);
  });

  const faults: Record<string, FaultRule> = {
    'fails with 500': { kind: 'error', status: 500 },
    'answers HTML': { kind: 'html' },
    'breaks the connection': { kind: 'reset' },
    'breaks the connection after the create': { kind: 'reset', when: 'after', operation: 'rewards.create' },
    'answers too much': { kind: 'oversized' },
    'cuts its answer off': { kind: 'truncated' },
    hangs: { kind: 'hang' },
    redirects: { kind: 'redirect', location: `http://127.0.0.1:1/${marker}` },
    throttles: { kind: 'throttle' },
    'refuses the token': { kind: 'unauthorized', operation: 'search-id' },
    'refuses the credentials': { kind: 'unauthorized', operation: 'token' },
    forbids: { kind: 'forbidden' },
  };
  for (const [does, fault] of Object.entries(faults)) {
    it(`while Omneo ${does} is nothing that was sent or received`, async () => {
      sandbox.setFaults([fault]);
      await post(body());
      const texts = await told();
      expect(texts.filter((text) => marked.test(text))).to.deep.equal([]);
    });
  }

  it('in the traces of all these webhooks is nothing that was sent or received', async () => {
    await stop();
    const outcomes = collector.spans().map(({ attributes }) => attributes['omneo_gateway.outcome']);
    expect(outcomes).to.include.members([
      'granted',
      'rejected',
      'unauthorized',
      'upstream_error',
      'not_ready',
    ]);
    const texts = collector.received.map(({ body }) => body.toString('latin1'));
    expect(texts.filter((text) => marked.test(text) || text.includes(externalId))).to.deep.equal([]);
  });

  it('in all that these tests made it tell is no secret, no token and no person', function () {
    this.timeout(60_000);
    expectNoLeak(evidence);
  });
});
