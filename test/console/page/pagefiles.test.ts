import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import Koa from 'koa';
import { request } from 'undici';
import { pageFiles } from '../../../src/console/page/pagefiles.ts';

const script = '/assets/main-ABCDEFGH.js';
const code = `console.log(${JSON.stringify('a'.repeat(1000))});\n`;
const page = '<!doctype html><title>by token</title>';

describe('pageFiles', () => {
  let folder: string;
  let server: Server;
  let url: string;

  async function serve(dir: string, options?: Parameters<typeof pageFiles>[1]): Promise<void> {
    const app = new Koa();
    app.use(pageFiles(dir, options));
    app.use((ctx) => {
      ctx.status = 418;
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function get(
    path: string,
    headers: Record<string, string> = {},
    method: 'GET' | 'HEAD' | 'POST' = 'GET',
  ) {
    const { statusCode, headers: answered, body } = await request(`${url}${path}`, { method, headers });
    return { status: statusCode, headers: answered, body: Buffer.from(await body.arrayBuffer()) };
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-page-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), page);
    await writeFile(join(folder, 'index-signin.html'), '<!doctype html><title>by provider</title>');
    await writeFile(join(folder, script), code);
    await writeFile(join(folder, `${script}.br`), brotliCompressSync(code));
    await writeFile(join(folder, `${script}.gz`), gzipSync(code));
    await serve(folder);
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  for (const path of [
    '/',
    '/deliveries',
    '/deliveries/0b4e6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57',
    '/step',
    '/elsewhere',
    '/apish',
  ])
    it(`gives the page for ${path}, to be asked for again each time`, async () => {
      const { status, headers, body } = await get(path);
      expect([status, headers['content-type'], headers['cache-control']]).to.deep.equal([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ]);
      expect(body.toString()).to.equal(page);
    });

  for (const path of [
    '/api/v1/me',
    '/api',
    '/auth/sign-in',
    '/auth',
    '/favicon.ico',
    '/assets/',
    '/assets/none-ABCDEFGH.js',
    '/assets/../index.html',
    '/index.html.br',
    `${script}.br`,
  ])
    it(`leaves ${path} to others`, async () => {
      expect((await get(path)).status).to.equal(418);
    });

  it('leaves every method but GET and HEAD to others', async () => {
    expect((await get('/', {}, 'POST')).status).to.equal(418);
  });

  it('lets a browser load nothing from anywhere else, and nothing inline', async () => {
    for (const path of ['/', script]) {
      const { headers } = await get(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).to.match(/^default-src 'none'; /);
      expect(policy).not.to.match(/unsafe|https?:|\*/);
      expect(policy).to.contain("base-uri 'none'").and.to.contain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).to.equal('nosniff');
      expect(headers['referrer-policy']).to.equal('no-referrer');
    }
  });

  it('lets what has a hash in its name be kept for good', async () => {
    const { status, headers } = await get(script);
    expect([status, headers['cache-control'], headers['content-type']]).to.deep.equal([
      200,
      'public, max-age=31536000, immutable',
      'text/javascript; charset=utf-8',
    ]);
  });

  const packings: [accepted: string, encoding: string | undefined, bytes: Buffer][] = [
    ['br, gzip', 'br', brotliCompressSync(code)],
    ['gzip', 'gzip', gzipSync(code)],
    ['gzip;q=0, br;q=0', undefined, Buffer.from(code)],
    ['identity', undefined, Buffer.from(code)],
    ['zstd', undefined, Buffer.from(code)],
  ];
  for (const [accepted, encoding, bytes] of packings)
    it(`answers a browser that takes ${accepted} with ${encoding ?? 'the file as it is'}`, async () => {
      const { headers, body } = await get(script, { 'accept-encoding': accepted });
      expect(headers['content-encoding']).to.equal(encoding);
      expect(headers['vary']).to.equal('Accept-Encoding');
      expect(Number(headers['content-length'])).to.equal(bytes.length);
      expect(body.equals(bytes)).to.equal(true);
    });

  it('answers HEAD like GET, without the body', async () => {
    const { status, headers, body } = await get(script, {}, 'HEAD');
    expect([status, body.length, Number(headers['content-length'])]).to.deep.equal([200, 0, code.length]);
  });

  it('sends the page once to a browser that has it', async () => {
    const { headers } = await get('/');
    const again = await get('/step', { 'if-none-match': String(headers['etag']) });
    expect([again.status, again.body.length]).to.deep.equal([304, 0]);
    expect((await get('/', { 'if-none-match': '"another"' })).status).to.equal(200);
  });

  it('offers to sign in by the provider where there is one', async () => {
    server.close();
    await serve(folder, { hasSignIn: true });
    expect((await get('/')).body.toString()).to.contain('by provider');
  });

  it('says how to build the page where it was not built, and leaves the API alone', async () => {
    server.close();
    await serve(join(folder, 'none'));
    const { status, body } = await get('/deliveries');
    expect([status, body.toString()]).to.deep.equal([
      503,
      'The page of the console is not built: run npm run page. The API is here all the same.\n',
    ]);
    expect((await get('/api/v1/me')).status).to.equal(418);
  });
});
