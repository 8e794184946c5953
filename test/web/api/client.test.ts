import { expect } from 'chai';
import { Client } from '../../../web/api/client.ts';
import { ApiFault } from '../../../web/api/fault.ts';

type Sent = Readonly<{
  path: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}>;

const problem = {
  type: 'urn:omneo-gateway:problem:invalid_payload',
  title: 'Invalid webhook',
  status: 422,
  detail: 'Fix the fields of the webhook that are named in errors.',
  code: 'invalid_payload',
  request_id: 'r-1',
  errors: [{ field: 'data.amount', code: 'missing', hint: 'is missing.' }],
};

/** A client whose requests are answered like this, one after the other, and what it sent. */
function clientWith(...answers: readonly (Response | Error)[]): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const left = [...answers];
  const client = new Client((path, { method = '', headers, body }) => {
    sent.push({
      path,
      method,
      headers: headers as Sent['headers'],
      body: typeof body === 'string' ? JSON.parse(body) : body,
    });
    const next = left.shift() ?? new Error('Nothing more is answered.');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return { client, sent };
}

const json = (body: object, status = 200): Response => Response.json(body, { status });

async function faultOfCall(call: Promise<unknown>): Promise<ApiFault> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ApiFault);
  return error as ApiFault;
}

describe('The client of the API', () => {
  it('sends the token that was typed in, until it is told not to', async () => {
    const me = { user: 'grace', signed_in_by: 'token' };
    const { client, sent } = clientWith(json(me), json(me));
    client.useToken('a-token');
    await client.me();
    client.useToken(undefined);
    await client.me();
    expect(sent.map(({ headers }) => headers['authorization'])).to.deep.equal(['Bearer a-token', undefined]);
  });

  it('sends what guards a session with what changes something, and with nothing else', async () => {
    const me = { user: 'grace', signed_in_by: 'session', csrf_token: 'guard' };
    const { client, sent } = clientWith(json(me), json({ tenants: [] }), json({}));
    await client.me();
    await client.tenants();
    await client.discard('an-id', 'A test');
    expect(sent.map(({ method, headers }) => [method, headers['x-csrf-token']])).to.deep.equal([
      ['GET', undefined],
      ['GET', undefined],
      ['POST', 'guard'],
    ]);
  });

  it('asks for what is given and leaves out what is not', async () => {
    const { client, sent } = clientWith(json({ deliveries: [] }));
    await client.deliveries({ tenant: 'acme', state: '', email: 'ada+1@example.com', cursor: undefined });
    expect(sent[0]?.path).to.equal('/api/v1/deliveries?tenant=acme&email=ada%2B1%40example.com');
  });

  it('sends a corrected webhook only if there is one', async () => {
    const { client, sent } = clientWith(json({}), json({}));
    await client.replay('an-id', 'why');
    await client.replay('an-id', 'why', '{}');
    expect(sent.map(({ body }) => body)).to.deep.equal([{ why: 'why' }, { why: 'why', body: '{}' }]);
  });

  it('throws the problem that the gateway answers', async () => {
    const { client } = clientWith(json(problem, 422));
    const fault = await faultOfCall(client.replay('an-id', 'why', '{}'));
    expect([fault.title, fault.message, fault.code, fault.requestId, fault.errors]).to.deep.equal([
      problem.title,
      problem.detail,
      problem.code,
      problem.request_id,
      problem.errors,
    ]);
  });

  it('says who answered if it was not the gateway', async () => {
    const { client } = clientWith(
      new Response('<html>', { status: 502 }),
      new Response('<html>', { status: 200 }),
    );
    expect((await faultOfCall(client.tenants())).message).to.contain('502');
    expect((await faultOfCall(client.tenants())).code).to.equal('foreign');
  });

  it('says that nothing answered', async () => {
    const { client } = clientWith(new TypeError('Failed to fetch'));
    expect((await faultOfCall(client.tenants())).code).to.equal('unreachable');
  });

  it('calls back when the sign-in does not hold any more', async () => {
    const { client } = clientWith(
      json({ ...problem, status: 401, code: 'unauthenticated' }, 401),
      json(problem, 422),
    );
    let calls = 0;
    client.whenSignedOut(() => {
      calls += 1;
    });
    await faultOfCall(client.tenants());
    await faultOfCall(client.tenants());
    expect(calls).to.equal(1);
  });
});
