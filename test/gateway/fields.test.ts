import { expect } from 'chai';
import { answer, startUpstream } from '../omneo/upstream.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { ada, webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

describe('the fields of a webhook', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
  });

  beforeEach(() => {
    sandbox.reset();
  });

  after(() => world.stop());

  const created = async (slug: string, body: unknown) => {
    const reply = await gateway.post(slug, body);
    expect(reply.json, reply.text).to.include({ status: 'created' });
    return sandbox.rewards('acme').at(-1)!;
  };

  const token = { omneo: { token: 'acme-static-token' } };

  describe('id', () => {
    for (const blank of ['', '  ', 'None', null, undefined]) {
      it(`is no key when it is ${JSON.stringify(blank)}: two people get two rewards`, async () => {
        const first = await created('acme', webhook({ id: blank }));
        const second = await created(
          'acme',
          webhook({ id: blank, person_id: '01ACMEBEN', email: 'ben@example.com' }),
        );
        expect([first.external_id, second.external_id]).to.satisfy((ids: string[]) =>
          ids.every((id) => /^gw-[0-9a-f-]{36}$/.test(id)),
        );
        expect(sandbox.rewards('acme')).to.have.length(2);
      });
    }

    it('may be a number, which is the same key as its digits', async () => {
      const id = Math.floor(Math.random() * 1e12);
      await created('acme', webhook({ id }));
      const retry = await gateway.post('acme', webhook({ id: ` ${id} ` }));
      expect(retry.json).to.include({ status: 'duplicate', external_id: String(id) });
    });

    const others: Record<string, [Record<string, unknown>, Record<string, unknown>]> = {
      person: [{ person_id: '01ACMEBEN', email: 'ben@example.com' }, {}],
      definition: [{}, { reward_definition_id: 6 }],
      amount: [{}, { amount: 10.01 }],
    };
    for (const [what, [changes, data]] of Object.entries(others)) {
      it(`used for another ${what} is refused with 422, and makes nothing`, async () => {
        const first = webhook();
        await created('acme', first);
        const reply = await gateway.post('acme', webhook({ id: first['id'], ...changes }, data));
        expectProblem(reply, 'id_reused');
        expect(sandbox.rewards('acme')).to.have.length(1);
      });
    }

    it('may come again with another e-mail, meta or spelling of its numbers', async () => {
      const first = webhook();
      await created('acme', first);
      const again = webhook(
        { id: first['id'], email: 'new@example.com' },
        { amount: '10.0', reward_definition_id: '42', meta: { retry: 1 } },
      );
      expect((await gateway.post('acme', again)).json).to.include({ status: 'duplicate' });
    });

    it('is free again after a webhook that was refused', async () => {
      const body = webhook({}, { reward_definition_id: 777 });
      expectProblem(await gateway.post('acme', body), 'reward_rejected');
      const nobody = webhook({ id: body['id'], person_id: '01NOBODY', email: 'no@example.com' });
      expectProblem(await gateway.post('acme', nobody), 'profile_not_found');
      await created('acme', webhook({ id: body['id'] }));
    });
  });

  describe('person_id and email', () => {
    it('are both needed, unless the tenant takes any of the two', async () => {
      const body = webhook({ person_id: undefined });
      const reply = await gateway.post('acme', body);
      expectProblem(reply, 'invalid_payload');
      expect(faultsOf(reply)).to.deep.equal(['person_id missing']);

      const spec = { klaviyo: { secretRefs: [{ name: 'klaviyo' }], identifiers: 'any' } };
      gateway.tenant('anyone', { baseURL: sandbox.baseURL('acme'), secrets: token, spec });
      expect((await gateway.post('anyone', body)).json).to.include({ matched_by: 'email' });
      const other = webhook({ email: 'None' });
      expect((await gateway.post('anyone', other)).json).to.include({ matched_by: 'klaviyo' });
      const nobody = await gateway.post('anyone', webhook({ person_id: '', email: '' }));
      expectProblem(nobody, 'invalid_payload');
      expect(faultsOf(nobody)).to.deep.equal(['email nobody']);
    });

    it('may hold the escapes of HTML, which are decoded once', async () => {
      sandbox.addProfiles('acme', [
        { email: "o'brien@example.com", identities: [{ handle: 'klaviyo', identifier: 'a&b' }] },
      ]);
      const escaped = webhook({
        person_id: '01NOBODY',
        email: 'O&#39;Brien@example.com',
        id: 'a&amp;b &#x27;7',
      });
      expect((await gateway.post('acme', escaped)).json).to.include({
        matched_by: 'email',
        external_id: "a&b '7",
      });
      const plain = { ...escaped, email: "o'brien@example.com", id: "a&b '7" };
      expect((await gateway.post('acme', plain)).json).to.include({ status: 'duplicate' });
      const person = webhook({ person_id: 'a&amp;b', email: 'x@example.com' });
      expect((await gateway.post('acme', person)).json).to.include({ matched_by: 'klaviyo' });
    });

    for (const email of ['ada', 'x'.repeat(300), { a: 1 }, '{{ person.email }}', 'a\u0000@b.c']) {
      it(`are served by the person_id alone while the email is no e-mail: ${JSON.stringify(email).slice(0, 20)}`, async () => {
        const reply = await gateway.post('acme', webhook({ email }));
        expect(reply.json, reply.text).to.include({ status: 'created', matched_by: 'klaviyo' });
      });

      it(`are refused when nobody has the person_id, for the e-mail: ${JSON.stringify(email).slice(0, 20)}`, async () => {
        const body = webhook({ email, person_id: '01NOBODY' });
        const reply = await gateway.post('acme', body);
        expectProblem(reply, 'invalid_payload');
        expect(faultsOf(reply)).to.have.length(1);
        expect(faultsOf(reply)[0]).to.match(/^email /);
        expect(sandbox.calls()).to.not.have.property('acme profiles');
        // The id is free again.
        await created('acme', webhook({ id: body['id'] }));
      });
    }

    it('are looked up by the identity handle that the tenant names', async () => {
      sandbox.addProfiles('acme', [
        { email: 'fay@example.com', identities: [{ handle: 'k2', identifier: 'FAY' }] },
      ]);
      const spec = { klaviyo: { secretRefs: [{ name: 'klaviyo' }], identityHandle: 'k2' } };
      gateway.tenant('handled', { baseURL: sandbox.baseURL('acme'), secrets: token, spec });
      const body = webhook({ person_id: 'FAY', email: 'fay@example.com' });
      expect((await gateway.post('handled', body)).json).to.include({ matched_by: 'klaviyo' });
    });
  });

  describe('data', () => {
    it('takes numbers as clean numeric strings', async () => {
      const reward = await created('acme', webhook({}, { reward_definition_id: '42', amount: ' 25.50 ' }));
      expect(reward).to.deep.include({ value_initial: 25.5, value_remaining: 25.5 });
      expect(reward.definition).to.include({ id: 42 });
    });

    it('passes meta through as it is', async () => {
      const meta = { flow: 'winback', nested: { list: [1, null, 'AT&amp;T }} kept'] } };
      expect((await created('acme', webhook({}, { meta }))).meta).to.deep.equal(meta);
    });

    it('passes numbers on digit by digit', async () => {
      const numbers = '{"order_id":12345678901234567890,"rate":0.10,"huge":1e400}';
      const profile = { id: 'p-1', identities: [{ handle: 'klaviyo', identifier: '01ACMEADA' }] };
      const upstream = await startUpstream((response, { method, path }) => {
        if (path.includes('search-id')) answer(response, 200, { data: [profile] });
        else if (method === 'POST') answer(response, 201, { data: { id: 7 } });
        else answer(response, 200, { data: [] });
      });
      gateway.tenant('exact', { baseURL: upstream.url, secrets: token });
      const body = JSON.stringify(webhook({ id: '' }, { meta: 'HERE' })).replace('"HERE"', numbers);
      expect((await gateway.post('exact', body)).json).to.include({ status: 'created' });
      expect(upstream.requests.at(-1)?.body).to.contain(`"meta":${numbers}`);
      await upstream.close();
    });

    for (const field of ['id', 'profile_id', 'external_id', 'value_initial', 'value_remaining']) {
      it(`must leave ${field} to the gateway`, async () => {
        const reply = await gateway.post('acme', webhook({}, { [field]: 1 }));
        expectProblem(reply, 'invalid_payload');
        expect(faultsOf(reply)).to.deep.equal([`data.${field} set_by_gateway`]);
        expect(reply.text).to.contain('is set by the gateway');
      });
    }

    it('reports what Omneo complains about by the names of its fields, and not by its text', async () => {
      const reply = await gateway.post('acme', webhook({}, { amount: 101, issued_at: 'yesterdayish' }));
      expectProblem(reply, 'reward_rejected');
      expect(faultsOf(reply)).to.have.members([
        'value_initial rejected_by_omneo',
        'value_remaining rejected_by_omneo',
        'issued_at rejected_by_omneo',
      ]);
      expect(reply.text).to.not.match(/must not be greater|not a valid date|yesterdayish/);
    });
  });

  describe('dates and time zone', () => {
    it("default to the tenant's, and are left to Omneo when it has none", async () => {
      const plain = await created('acme', webhook());
      expect(plain).to.include({ timezone: 'UTC', expires_at: null });

      const spec = { rewards: { timezone: 'Australia/Melbourne', expiresAfter: '30d' } };
      gateway.tenant('dated', { baseURL: sandbox.baseURL('acme'), secrets: token, spec });
      const before = Math.floor(Date.now() / 1000) * 1000;
      const dated = await created('dated', webhook());
      expect(dated.timezone).to.equal('Australia/Melbourne');
      const expires = Date.parse(`${dated.expires_at!.replace(' ', 'T')}Z`);
      expect(expires - 30 * 86_400_000).to.be.within(before, Date.now());
    });

    it('may be given by the webhook, which wins', async () => {
      const data = {
        timezone: 'Asia/Tokyo',
        issued_at: '2026-01-01 09:00:00',
        expires_at: '2027-01-01 09:00:00',
      };
      const reward = await created('dated', webhook({}, data));
      expect(reward).to.include({
        timezone: 'Asia/Tokyo',
        issued_at: '2026-01-01 00:00:00',
        expires_at: '2027-01-01 00:00:00',
      });
    });

    it('count as not given when they are blank', async () => {
      const reward = await created(
        'dated',
        webhook({}, { timezone: '', issued_at: 'None', expires_at: ' ' }),
      );
      expect(reward.timezone).to.equal('Australia/Melbourne');
      expect(reward.expires_at).to.be.a('string');
      expect(reward.issued_at).to.be.a('string');
    });
  });

  it('are never in an answer, a log line or a metric, right or wrong', async () => {
    const secrets = { id: 'Zq7-id', person_id: 'Zq7-person', email: 'Zq7@example.com' };
    for (const body of [
      webhook({ ...secrets }, { amount: 'Zq7', meta: { Zq7: 'Zq7' } }),
      webhook({ ...secrets }, { Zq7: 'Zq7', timezone: 'Zq7' }),
      { ...secrets, data: 'Zq7' },
      webhook({ person_id: secrets.person_id, email: secrets.email }),
      webhook({ id: `{{ ${secrets.id}`, ...ada }),
    ]) {
      const reply = await gateway.post('acme', body);
      expect(reply.status).to.be.within(400, 499);
      expect(reply.text + JSON.stringify(reply.headers)).to.not.contain('Zq7');
    }
    expect(JSON.stringify(gateway.logs)).to.not.match(/Zq7|ada@example|webhook-secret-of|static-token/);
    expect(await gateway.metrics()).to.not.match(/Zq7|ada@example|webhook-secret-of|static-token/);
  });
});
