import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ApiBench } from '../apibench.ts';
import { document } from '../openapidocument.ts';
import { webhook } from '../../support/webhooks.ts';

describe('A failure of the API', () => {
  let bench: ApiBench;

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  for (const [path, allow] of [
    ['/api/v1/me', 'GET, HEAD'],
    ['/api/v1/tenants', 'GET, HEAD'],
    ['/api/v1/tenants/acme/activity', 'GET, HEAD'],
    ['/api/v1/tenants/acme/checks', 'POST'],
    ['/api/v1/tenants/acme/rehearsals', 'POST'],
    ['/api/v1/deliveries', 'GET, HEAD'],
    ['/api/v1/deliveries/replay', 'POST'],
    ['/api/v1/deliveries/discard', 'POST'],
    ['/api/v1/deliveries/9f0a2b7e-3c55-4c56-9c47-2d0d6f0c8c11', 'GET, HEAD'],
    ['/api/v1/deliveries/9f0a2b7e-3c55-4c56-9c47-2d0d6f0c8c11/replay', 'POST'],
    ['/api/v1/erasures', 'POST'],
  ] as const)
    it(`names what ${path} may be asked`, async () => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        if (allow.split(', ').includes(method)) continue;
        const { status, headers, json } = await bench.ask(method, path);
        expect([status, json['code']], method).to.deep.equal([405, 'method_not_allowed']);
        expect(headers['allow']).to.equal(allow);
      }
    });

  for (const [path, operations] of Object.entries(document.paths))
    for (const method of Object.keys(operations))
      it(`is unauthenticated for ${method} ${path} without credentials`, async () => {
        const target = path.replace('{slug}', 'acme').replace('{delivery_id}', randomUUID());
        const { status, json, headers } = await bench.ask(method.toUpperCase(), target, { as: null });
        expect([status, json['code']]).to.deep.equal([401, 'unauthenticated']);
        expect(headers['www-authenticate']).to.equal('Bearer');
      });

  for (const path of ['/', '/api/v1', '/api/v1/Deliveries', '/api/v1/deliveries/a/b', '/api/v1/tenants/acme'])
    it(`is not_found for ${path}`, async () => {
      const { status, json } = await bench.get(path);
      expect([status, json['code']]).to.deep.equal([404, 'not_found']);
    });

  it('is unsupported_media_type for what is no JSON, and for what is compressed', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-encoding': 'gzip' },
    ]) {
      const { status, json } = await bench.post('/api/v1/erasures', {}, { headers });
      expect([status, json['code']]).to.deep.equal([415, 'unsupported_media_type']);
    }
    expect((await bench.ask('POST', '/api/v1/erasures')).status).to.equal(415);
  });

  it('is payload_too_large above 128 KiB, and not at 128 KiB', async () => {
    const sent = (bytes: number): Promise<{ status: number }> =>
      bench.ask('POST', '/api/v1/erasures', { raw: `{}${' '.repeat(bytes - 2)}` });
    expect((await sent(131_073)).status).to.equal(413);
    expect((await sent(131_072)).status).to.equal(400);
  });

  it('is invalid_request for a body that is no JSON or empty, and repeats nothing of it', async () => {
    for (const raw of ['', ' ', '{"tenant": "acme"', 'acme-secret']) {
      const { status, json } = await bench.ask('POST', '/api/v1/erasures', {
        ...{ raw, headers: { 'content-type': 'application/json' } },
      });
      expect([status, json['code']], raw).to.deep.equal([400, 'invalid_request']);
      expect(JSON.stringify(json)).to.not.include('acme');
    }
  });

  it('is unavailable while the ledger cannot be reached, and comes before anything is logged as changed', async () => {
    const { id } = bench.park(webhook()).record;
    bench.admin.isAway = true;
    const why = 'mended';
    for (const ask of [
      () => bench.get('/api/v1/deliveries'),
      () => bench.get(`/api/v1/deliveries/${id}`),
      () => bench.post(`/api/v1/deliveries/${id}/replay`, { why }),
      () => bench.post('/api/v1/deliveries/discard', { why, filter: { tenant: 'acme' } }),
      () => bench.post('/api/v1/erasures', { tenant: 'acme', email: 'ada@example.com' }),
      () => bench.get('/api/v1/tenants/acme/activity'),
    ]) {
      const { status, json } = await ask();
      expect([status, json['code']]).to.deep.equal([503, 'unavailable']);
    }
    expect(bench.changes).to.deep.equal([]);
    expect(bench.lines.map(([level, message]) => `${level} ${message}`)).to.deep.equal(
      Array.from({ length: 6 }, () => 'warn console failed'),
    );
  });

  it('is internal for anything else, which is logged with the id of the request and without its words', async () => {
    bench.admin.list = () => Promise.reject(new Error('ada@example.com'));
    const { status, json } = await bench.get('/api/v1/deliveries');
    expect([status, json['code']]).to.deep.equal([500, 'internal']);
    const [level, , fields] = bench.lines.at(-1)!;
    expect(level).to.equal('error');
    expect(fields).to.deep.equal({ request_id: json['request_id'], code: 'internal', error: 'Error' });
  });
});
