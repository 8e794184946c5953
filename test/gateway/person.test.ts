import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const jose = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a11';
const joseWithAccent = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a12';

const conflictsTotal = 'omneo_gateway_identity_conflicts_total';

describe('the person of a webhook', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
  });

  afterEach(() => world.stop());

  const lineOf = (reply: { headers: Record<string, unknown> }) =>
    gateway.logs.find(({ msg, request_id: id }) => msg === 'webhook' && id === reply.headers['x-request-id']);
  const conflicts = async () => countsBy(await gateway.metrics(), conflictsTotal, 'tenant');
  const rewarded = () => sandbox.rewards('acme').map(({ profile_id: profileId }) => profileId);

  describe('whose person_id and e-mail are of two profiles', () => {
    const torn = () => webhook({ email: 'ben@example.com' });

    it('is that of person_id, which the answer says', async () => {
      const reply = await gateway.post('acme', torn());
      expect(reply.json).to.include({ status: 'created', matched_by: 'klaviyo' });
      expect(rewarded()).to.deep.equal([ada]);
    });

    it('is warned of in the log, and counted by tenant', async () => {
      const reply = await gateway.post('acme', torn());
      expect(lineOf(reply)).to.include({ level: 'warn', code: 200, identity_conflict: true });
      expect(await conflicts()).to.deep.equal({ acme: 1 });
      await gateway.post('acme', torn());
      expect(await conflicts()).to.deep.equal({ acme: 2 });
      gateway.registry.delete('default/acme');
      expect(await conflicts()).to.deep.equal({});
    });

    it('is warned of and counted when Omneo has the reward already', async () => {
      const body = webhook();
      await gateway.post('acme', body);
      // The same Omneo by another name, of which the ledger knows nothing.
      const secrets = { omneo: { token: 'acme-static-token' } };
      const baseURL = sandbox.baseURL('acme').replace('127.0.0.1', 'localhost');
      gateway.tenant('twin', { baseURL, secrets });
      const reply = await gateway.post('twin', { ...body, email: 'ben@example.com' });
      expect(reply.json).to.include({ status: 'duplicate' });
      expect(lineOf(reply)).to.include({ level: 'warn', identity_conflict: true });
      expect(await conflicts()).to.deep.equal({ twin: 1 });
    });

    it('is not looked for again by a copy of the webhook', async () => {
      const body = torn();
      await gateway.post('acme', body);
      const reply = await gateway.post('acme', body);
      expect(reply.json).to.include({ status: 'duplicate' });
      expect(lineOf(reply)).to.include({ level: 'info', identity_conflict: null });
      expect(await conflicts()).to.deep.equal({ acme: 1 });
    });

    it('is not known while the e-mail cannot be looked up, which holds up nothing', async () => {
      sandbox.setFaults([{ kind: 'error', status: 500, operation: 'profiles' }]);
      const reply = await gateway.post('acme', torn());
      expect(reply.json).to.include({ status: 'created', matched_by: 'klaviyo' });
      expect(lineOf(reply)).to.include({ level: 'info', identity_conflict: false });
      expect(await conflicts()).to.deep.equal({});
    });
  });

  it('is warned of and counted when the answer was too late for it', async () => {
    const slow = await startWorld({ env: { ANSWER_DEADLINE_MS: '100', UPSTREAM_TIMEOUT_MS: '5000' } });
    try {
      slow.sandbox.setFaults([{ kind: 'delay', ms: 250, operation: 'rewards.create' }]);
      const late = await slow.gateway.post('acme', webhook({ email: 'ben@example.com' }));
      expectProblem(late, 'upstream_unavailable');
      const warning = await eventually(() => {
        const line = slow.gateway.logs.find(({ msg }) => /of two profiles/.test(String(msg)));
        expect(line).to.be.an('object');
        return line!;
      });
      expect(warning).to.include({ level: 'warn', tenant: 'acme', request_id: late.headers['x-request-id'] });
      expect(countsBy(await slow.gateway.metrics(), conflictsTotal, 'tenant')).to.deep.equal({ acme: 1 });
    } finally {
      await slow.stop();
    }
  });

  const agreeing: [string, Record<string, unknown>, string][] = [
    ['the profile shows the e-mail', {}, 'klaviyo'],
    ['nobody has the e-mail', { email: 'new@example.com' }, 'klaviyo'],
    ['only the e-mail finds somebody', { person_id: '01NOBODY' }, 'email'],
  ];
  for (const [told, changes, matchedBy] of agreeing) {
    it(`is no conflict if ${told}`, async () => {
      const reply = await gateway.post('acme', webhook(changes));
      expect(reply.json).to.include({ status: 'created', matched_by: matchedBy });
      expect(lineOf(reply)).to.include({ level: 'info', identity_conflict: false });
      expect(await conflicts()).to.deep.equal({});
    });
  }

  it('is of no conflict if nobody is found', async () => {
    const nobody = { person_id: '01NOBODY', email: 'nobody@example.com' };
    const reply = await gateway.post('acme', webhook(nobody));
    expectProblem(reply, 'profile_not_found');
    expect(lineOf(reply)).to.include({ identity_conflict: null });
  });

  describe('whose e-mail has accents', () => {
    beforeEach(() => {
      sandbox.setOption({ emailFilter: 'accentBlind' });
      sandbox.addProfiles('acme', [
        { id: jose, email: 'jose@example.com' },
        { id: joseWithAccent, email: 'josé@example.com' },
        { email: 'zoë@example.com' },
      ]);
    });

    for (const [email, profileId] of [
      ['jose@example.com', jose],
      ['josé@example.com', joseWithAccent],
      ['josé@example.com'.normalize('NFD'), joseWithAccent],
    ] as const) {
      it(`is the one with the same (${JSON.stringify(email)})`, async () => {
        const reply = await gateway.post('acme', webhook({ person_id: '01JOSE', email }));
        expect(reply.json).to.include({ status: 'created', matched_by: 'email' });
        expect(rewarded()).to.deep.equal([profileId]);
      });
    }

    it('is nobody if all that is found has other ones', async () => {
      const reply = await gateway.post('acme', webhook({ person_id: '01ZOE', email: 'zoe@example.com' }));
      expectProblem(reply, 'profile_not_found');
      expect(sandbox.rewards('acme')).to.be.empty;
    });
  });

  it('is not the one whose identity is inactive, though the e-mail is right', async () => {
    const identities = [{ handle: 'klaviyo', identifier: '01JOSE', isActive: false }];
    sandbox.addProfiles('acme', [
      { id: joseWithAccent, email: 'old@example.com', identities },
      { id: jose, email: 'jose@example.com' },
    ]);
    const reply = await gateway.post('acme', webhook({ person_id: '01JOSE', email: 'jose@example.com' }));
    expect(reply.json).to.include({ status: 'created', matched_by: 'email' });
    expect(rewarded()).to.deep.equal([jose]);
  });

  describe('who comes without an e-mail', () => {
    const stranger = () => webhook({ person_id: '01NOBODY', email: '' });

    beforeEach(() => {
      const spec = { klaviyo: { secretRefs: [{ name: 'klaviyo' }], identifiers: 'any' } };
      gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec });
      sandbox.setOption({ searchIdMiss: 'notFound' });
    });

    it('is nobody once the list of identities says so as well', async () => {
      expectProblem(await gateway.post('acme', stranger()), 'profile_not_found');
      expect(sandbox.calls()).to.include({ 'acme identities': 1 });
    });

    it('has to come again while something in front of Omneo answers "Not Found"', async () => {
      sandbox.setFaults([{ kind: 'error', status: 404, operation: '*' }]);
      const body = webhook({ email: '' });
      expectProblem(await gateway.post('acme', body), 'upstream_unavailable');
      sandbox.setFaults([]);
      expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
      expect(rewarded()).to.deep.equal([ada]);
    });

    it('is counted with the calls of the operation', async () => {
      await gateway.post('acme', stranger());
      const calls = countsBy(
        await gateway.metrics(),
        'omneo_gateway_upstream_requests_total',
        'operation',
        'code',
      );
      expect(calls).to.include({ 'profiles.search-id/404': 1, 'identities.list/200': 1 });
    });
  });
});
