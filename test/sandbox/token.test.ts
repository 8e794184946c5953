import { expect } from 'chai';
import { callSandbox, type Caller } from './caller.ts';

const client = { client_id: 'id', client_secret: 'secret' };
const user = { username: 'user', password: 'pass' };

const grants: [string, Record<string, string>, number, string?][] = [
  ['client_credentials with client and secret', { grant_type: 'client_credentials', ...client }, 200],
  ['client_credentials with a user besides', { grant_type: 'client_credentials', ...client, ...user }, 200],
  ['password with client and user', { grant_type: 'password', ...client, ...user }, 200],
  [
    'a wrong secret',
    { grant_type: 'client_credentials', client_id: 'id', client_secret: 'x' },
    401,
    'invalid_client',
  ],
  ['no client', { grant_type: 'client_credentials' }, 401, 'invalid_client'],
  [
    'a wrong password',
    { grant_type: 'password', ...client, username: 'user', password: 'x' },
    400,
    'invalid_grant',
  ],
  ['no user', { grant_type: 'password', ...client }, 400, 'invalid_grant'],
  ['another grant type', { grant_type: 'implicit', ...client }, 400, 'unsupported_grant_type'],
  ['no grant type', client, 400, 'unsupported_grant_type'],
];

type TokenBody = { access_token: string; token_type: string; expires_in?: number; error?: string };

describe('sandbox tokens', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const ask = (form: Record<string, string>, path = '/auth/token') =>
    caller.call('POST', path, new URLSearchParams(form));
  const issue = async () =>
    ((await ask({ grant_type: 'client_credentials', ...client })).json as TokenBody).access_token;
  const verify = async (token: string) => (await caller.call('GET', '/auth/verify', undefined, token)).status;

  for (const [name, form, status, error] of grants) {
    it(`answers ${status} to ${name}`, async () => {
      const reply = await ask(form);
      expect(reply.status).to.equal(status);
      if (error === undefined) expect(reply.json).to.include({ token_type: 'Bearer', expires_in: 3600 });
      else
        expect(reply.json)
          .to.include({ error })
          .and.to.have.all.keys('error', 'error_description', 'message');
    });
  }

  it('finds no grant type in a body that is not a form', async () => {
    const reply = await caller.call('POST', '/auth/token', { grant_type: 'client_credentials', ...client });
    expect(reply.json).to.include({ error: 'unsupported_grant_type' });
  });

  it('accepts an issued token until it expires', async () => {
    const token = await issue();
    expect(await verify(token)).to.equal(200);
    caller.tick(3_599_999);
    expect(await verify(token)).to.equal(200);
    caller.tick(1);
    expect(await verify(token)).to.equal(401);
  });

  it('leaves out expires_in for a tenant whose tokens do not expire', async () => {
    const url = `${caller.sandbox.baseURL('other')}/auth/token`;
    const reply = await ask(
      { grant_type: 'client_credentials', client_id: 'id2', client_secret: 'secret2' },
      url,
    );
    expect(reply.json).to.have.all.keys('token_type', 'access_token');
  });

  it("refuses a missing, a wrong and another tenant's token with Laravel's words", async () => {
    for (const token of ['', 'wrong', 'static2']) {
      const reply = await caller.call('GET', '/rewards', undefined, token);
      expect(reply.status).to.equal(401);
      expect(reply.json).to.deep.equal({ message: 'Unauthenticated.' });
    }
  });

  it('replaces credentials and static tokens at a rotation, and keeps issued tokens', async () => {
    const issued = await issue();
    caller.sandbox.rotateCredentials('acme', { clientId: 'id', clientSecret: 'new', tokens: ['static-new'] });
    expect((await ask({ grant_type: 'client_credentials', ...client })).status).to.equal(401);
    expect([await verify(issued), await verify('static'), await verify('static-new')]).to.eql([
      200, 401, 200,
    ]);
  });

  it('revokes every token of one tenant', async () => {
    const issued = await issue();
    caller.sandbox.revokeTokens('acme');
    expect([await verify(issued), await verify('static')]).to.eql([401, 401]);
    expect(await verify(await issue())).to.equal(200);
  });
});
