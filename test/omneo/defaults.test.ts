import { expect } from 'chai';
import nock from 'nock';
import { Agent } from 'undici';
import { systemClock } from '../../src/lib/clock.ts';
import { Pace } from '../../src/omneo/pace/pace.ts';
import { senderOf } from '../../src/omneo/client/transport.ts';
import { createUpstream } from '../../src/omneo/omneo.ts';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../src/tenants/resolve.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { freeTurns, noProofs } from '../support/omneo.ts';

// nock begins to intercept when it is imported: for this suite alone, not for the others of the run.
nock.restore();

const id = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';

/** A tenant as short as it can be written: everything about Omneo is left to the defaults. */
function tenantOf(oauth: object): Tenant {
  const object = {
    apiVersion: 'omneo.io/v1alpha1',
    kind: 'OmneoTenant',
    metadata: { name: 'acme' },
    spec: {
      omneo: { credentials: { oauth: { secretRef: { name: 'omneo' }, ...oauth } } },
      klaviyo: { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }] },
    },
  } as OmneoTenant;
  const secrets = {
    omneo: { client_id: 'id', client_secret: 'of the client', username: 'a@b.example', password: 'p&q' },
    klaviyo: { 'webhook-secret': 'a-webhook-secret-of-the-tests' },
  };
  const read = (name: string) => new Map(Object.entries(secrets[name as keyof typeof secrets]));
  const policy = { hosts: ['.getomneo.com'], allowInsecure: false, canAcceptDurably: false };
  const resolution = resolve(object, read, policy);
  if ('refusal' in resolution) throw new Error(resolution.refusal.message);
  return resolution.tenant;
}

describe('a tenant that says nothing about where its Omneo is', () => {
  const dispatcher = new Agent();
  const upstream = createUpstream({
    send: senderOf(dispatcher, systemClock),
    clock: systemClock,
    random: () => 0,
    timeoutMs: 1000,
    credentialsRetryMs: 0,
    proofsOf: () => noProofs,
    turnsOf: () => freeTurns,
    paceOf: () => new Pace(systemClock),
    observe: {
      call: () => undefined,
      tokenFetched: () => undefined,
      tokenDeviation: () => undefined,
      refused: () => undefined,
      altered: () => undefined,
    },
  });

  before(() => {
    nock.activate();
    nock.disableNetConnect();
  });

  after(async () => {
    nock.enableNetConnect();
    nock.restore();
    await dispatcher.destroy();
  });

  for (const grantType of ['client_credentials', 'password']) {
    it(`reaches it over https at the host that Omneo documents, by ${grantType}`, async () => {
      const omneo = nock('https://api.acme.getomneo.com')
        .post('/api/v3/auth/token', {
          grant_type: grantType,
          client_id: 'id',
          client_secret: 'of the client',
          username: 'a@b.example',
          password: 'p&q',
          scope: '*',
        })
        .reply(200, { token_type: 'Bearer', expires_in: 3600, access_token: 'issued' })
        .post('/api/v3/profiles/search-id', { type: 'klaviyo', id: '01ADA' })
        .matchHeader('authorization', 'Bearer issued')
        .matchHeader('accept', 'application/json')
        .reply(200, { data: { id, identities: [{ handle: 'klaviyo', identifier: '01ADA' }] } });
      const match = await upstream(tenantOf({ grantType })).findProfile({ personId: '01ADA', email: null });
      expect(match).to.deep.equal({ profileId: id, matchedBy: 'klaviyo' });
      expect(omneo.isDone()).to.equal(true);
    });
  }
});
