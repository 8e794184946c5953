import { expect } from 'chai';
import { expectProblem } from '../support/problems.ts';
import { headOf, openSocket, readAnswer, requestOf } from '../support/rawsocket.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const route = '/api/v1/webhooks/klaviyo/rewards';

describe('paths, methods and request ids', () => {
  let world: World;
  let { gateway } = {} as World;

  before(async () => {
    world = await startWorld();
    ({ gateway } = world);
  });

  after(() => world.stop());

  describe('slugs that nobody has', () => {
    const slugs = [
      ...[
        '%2F',
        '..%2F..%2Facme',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        'ACME',
        'acme%20',
      ],
      ...[
        '%61cme%00',
        '%',
        '%zz',
        '%e0%a4%a',
        'a'.repeat(10_000),
        '%F0%9F%98%80',
        'acme;x',
        'unknown',
        '-',
        '*',
      ],
    ];
    for (const slug of slugs) {
      it(`are answered 401: ${slug.slice(0, 30)}`, async () => {
        // Not through an HTTP client, which would tidy the path.
        const raw = await openSocket(gateway.url);
        raw.write(requestOf(slug, webhook(), { Connection: 'close', 'x-omneo-secret': 'x' }));
        const { status, body } = readAnswer(await raw.ended);
        expect(status).to.equal(401);
        expect(body).to.include({ code: 'unauthorized' });
      });
    }

    it('but a percent-encoded slug is the slug it spells', async () => {
      const raw = await openSocket(gateway.url);
      raw.write(requestOf('acme', webhook(), { Connection: 'close' }).replace('/acme/', '/%61cme/'));
      expect(readAnswer(await raw.ended).status).to.equal(200);
    });
  });

  describe('paths', () => {
    const paths: Record<string, number> = {
      '/': 404,
      [route]: 404,
      [`/${route}`]: 404,
      [`/acme${route}/`]: 200,
      [`/acme${route}/?x=1`]: 200,
      [`/acme${route}?`]: 200,
      [`/acme${route}//`]: 404,
      [`/acme${route}/x`]: 404,
      [`/acme${route}x`]: 404,
      [`/acme${route.toUpperCase()}`]: 404,
      [`/acme/x${route}`]: 404,
      [`/acme//api/v1/webhooks/klaviyo/rewards`]: 404,
      '/acme/api/v1/webhooks/klaviyo': 404,
      '/livez': 404,
      '/readyz': 404,
      '/metrics': 404,
      [`/acme${route}?x=1&slug=bloom`]: 200,
    };
    for (const [path, status] of Object.entries(paths)) {
      it(`are answered ${status}: ${path}`, async () => {
        const raw = await openSocket(gateway.url);
        const request = requestOf('acme', webhook(), { Connection: 'close' });
        raw.write(request.replace(`/acme${route}`, path));
        expect(readAnswer(await raw.ended).status).to.equal(status);
      });
    }
  });

  describe('methods', () => {
    for (const method of [
      'GET',
      'PUT',
      'PATCH',
      'DELETE',
      'HEAD',
      'OPTIONS',
      'PROPFIND',
      'PURGE',
      'TRACE',
      'QUERY',
    ]) {
      it(`are answered 405 with Allow: POST: ${method}`, async () => {
        const raw = await openSocket(gateway.url);
        raw.write(headOf('acme', { Connection: 'close', 'Content-Length': 0 }).replace('POST', method));
        const { status, headers, body } = readAnswer(await raw.ended);
        expect(status).to.equal(405);
        expect(headers).to.include({ allow: 'POST' });
        if (method === 'HEAD') expect(body).to.deep.equal({});
        else expect(body).to.include({ code: 'method_not_allowed' });
      });
    }

    it('are answered alike for a tenant that exists and one that does not', async () => {
      const [known, unknown] = await Promise.all(
        ['acme', 'nobody'].map((slug) => gateway.get(`${gateway.url}/${slug}${route}`)),
      );
      expectProblem(known!, 'method_not_allowed');
      expect(known!.text.replace(/"request_id":"[^"]*"/, '')).to.equal(
        unknown!.text.replace(/"request_id":"[^"]*"/, ''),
      );
    });
  });

  describe('request ids', () => {
    const sane = ['a', '01HZX3', 'req_1.2-3:4', '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01', 'x'.repeat(64)];
    const insane = ['', ' ', 'x'.repeat(65), 'a b', 'a"b', '{{ x }}', 'a,b', '<script>', 'é', 'a/b', 'a=b'];
    for (const id of sane) {
      it(`are taken over when sane: ${id}`, async () => {
        const reply = await gateway.post('acme', '{', { 'x-request-id': id });
        expect(expectProblem(reply, 'invalid_json')['request_id']).to.equal(id);
        expect(gateway.logs.at(-1)).to.include({ request_id: id });
      });
    }
    for (const id of insane) {
      it(`are made anew when not: ${JSON.stringify(id)}`, async () => {
        const reply = await gateway.post('acme', '{', { 'x-request-id': id });
        expect(expectProblem(reply, 'invalid_json')['request_id']).to.match(/^[0-9a-f-]{36}$/);
      });
    }
    it('are made anew when there is none, or more than one', async () => {
      const first = await gateway.post('acme', webhook());
      const second = await gateway.post('acme', webhook());
      expect(first.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
      expect(first.headers['x-request-id']).to.not.equal(second.headers['x-request-id']);
      const raw = await openSocket(gateway.url);
      const request = requestOf('acme', webhook(), { Connection: 'close', 'x-request-id': 'one' });
      raw.write(request.replace('x-request-id: one', 'x-request-id: one\r\nX-Request-Id: two'));
      expect(readAnswer(await raw.ended).headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
    });
  });
});
