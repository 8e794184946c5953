/** What callers, probes and operators see of a gateway whose Redis fails. */
import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { Server } from '../ledger/redis/server.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { selfSigned } from './apiproxy/certificate.ts';
import { needTools } from './needs.ts';
import { freePort } from './ports.ts';
import { eventually } from './time.ts';
import { tool } from './tools/tool.ts';

const answerDeadlineMs = 4_500;

describe('a gateway whose Redis', () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let redis: Server;
  let gateway: Gateway;

  before(async function () {
    await needTools(this, 'redis-server');
    folder = await temporaryFolder('redis-gateway');
    sandbox = await startSandbox({ tenants: sample });
    redis = await Server.start(await tool('redis-server'), ['--maxmemory-policy', 'noeviction']);
    await writeTenants(folder.path, sandbox);
    gateway = await startFolderGateway({
      tenants: folder.path,
      folder: folder.path,
      env: {
        LEDGER_URL: redis.url,
        ANSWER_DEADLINE_MS: String(answerDeadlineMs),
        UPSTREAM_TIMEOUT_MS: '1000',
        LEASE_MS: '1100',
        SETTLE_WINDOW_MS: '500',
      },
    });
  });

  after(async () => {
    await (gateway as Gateway | undefined)?.stop();
    await (redis as Server | undefined)?.remove();
    await (sandbox as Sandbox | undefined)?.close();
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  const send = (id: string) => gateway.post('acme', { secret: secretOf('acme'), body: webhook({ id }) });
  const said = (msg: string) => gateway.process.lines.filter((line) => line.includes(msg)).length;
  const unavailable = async (): Promise<number> =>
    countsBy(await gateway.metrics(), 'omneo_gateway_ledger_claims_total', 'result')['unavailable'] ?? 0;

  for (const [what, fail, mend] of [
    [
      'is frozen',
      () => {
        redis.freeze();
      },
      () => {
        redis.thaw();
      },
    ],
    ['is gone, and comes back empty', () => redis.kill(), () => redis.revive()],
  ] as const) {
    it(`${what} answers 503 in time, stays ready, says so once, and recovers by itself`, async () => {
      const id = `order ${what}`.replaceAll(',', '');
      expect((await send(`${id} before`)).status).to.equal(200);
      const [counted, lost, back] = [
        await unavailable(),
        said('the ledger cannot be reached'),
        said('the ledger is back'),
      ];
      await fail();
      const begun = performance.now();
      const replies = await Promise.all([send(id), send(id), send(`${id} too`)]);
      expect(performance.now() - begun).to.be.below(answerDeadlineMs);
      for (const { status, json } of replies)
        expect([status, json['code']]).to.deep.equal([503, 'not_ready']);
      expect(await gateway.isReady()).to.equal(true);
      expect(await unavailable()).to.equal(counted + 3);
      expect(said('the ledger cannot be reached')).to.equal(lost + 1);

      await mend();
      const reply = await eventually(
        'a reward',
        async () => {
          const next = await send(id);
          return next.status === 200 && next;
        },
        { timeoutMs: 20_000 },
      );
      expect(reply.json).to.include({ status: 'created', external_id: id });
      expect(said('the ledger is back')).to.equal(back + 1);
      expect(sandbox.rewards('acme').filter(({ external_id }) => external_id === id)).to.have.length(1);
    });
  }
});

describe('a gateway whose Redis wants TLS and a user of its own', () => {
  it('issues with no more rights than the docs name, and never logs the password', async function () {
    await needTools(this, 'redis-server');
    const folder = await temporaryFolder('redis-tls');
    const stack = new AsyncDisposableStack();
    stack.defer(() => folder.remove());
    try {
      const { keyFile, caFile } = await selfSigned(folder.path);
      const port = await freePort();
      const redis = await Server.start(await tool('redis-server'), [
        ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', caFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile],
        ...['--user', 'gateway', 'on', '>p@ss/word', ...(await documentedRights())],
        ...['--maxmemory-policy', 'noeviction'],
      ]);
      stack.defer(() => redis.remove());
      const sandbox = await startSandbox({ tenants: sample });
      stack.defer(() => sandbox.close());
      await writeTenants(folder.path, sandbox);
      const gateway = await startFolderGateway({
        tenants: folder.path,
        folder: folder.path,
        env: { LEDGER_URL: `rediss://gateway:p%40ss%2Fword@localhost:${port}`, NODE_EXTRA_CA_CERTS: caFile },
      });
      stack.defer(async () => {
        await gateway.stop();
      });
      for (const id of ['order-1', ''])
        expect(
          (await gateway.post('acme', { secret: secretOf('acme'), body: webhook({ id }) })).json,
        ).to.include({
          status: 'created',
        });
      const again = await gateway.post('acme', {
        secret: secretOf('acme'),
        body: webhook({ id: 'order-1' }),
      });
      expect(again.json).to.include({ status: 'duplicate' });
      expect(gateway.process.lines.join('\n')).to.not.match(/p@ss|p%40ss/);
    } finally {
      await stack.disposeAsync();
    }
  });
});

/** What docs/exactly-once.md says that a user needs. */
async function documentedRights(): Promise<readonly string[]> {
  const docs = await readFile(join(import.meta.dirname, '../../docs/exactly-once.md'), 'utf8');
  const [, rights = ''] = /A user of its own needs: `([^`]+)`/.exec(docs) ?? [];
  return rights.split(/\s+/);
}

async function writeTenants(folder: string, sandbox: Sandbox): Promise<void> {
  const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
  const text = manifests.map((each) => JSON.stringify(each)).join('\n---\n');
  await writeFile(join(folder, 'acme.yaml'), text);
}
