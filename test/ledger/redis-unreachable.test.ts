import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { errorNames } from '../../src/lib/log.ts';
import { claimOf, entryOf } from './contract.ts';
import { openLedger } from './redis/bench.ts';
import { Server, eventually, needServer } from './redis/server.ts';

const run = promisify(execFile);
const password = 's3cr3t-pass';

describe('the check of a shared ledger', () => {
  let folder: string;
  let path: string;
  const servers: Server[] = [];

  before(async function () {
    path = await needServer(this, 'redis-server');
    folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-tls-'));
  });
  after(() => rm(folder, { recursive: true }));
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.remove())));

  async function start(...args: string[]): Promise<Server> {
    const server = await Server.start(path, args);
    servers.push(server);
    return server;
  }

  /** A server whose one port speaks TLS, by a certificate that nobody knows the CA of. */
  async function startWithTls(): Promise<number> {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await run('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        ...subject,
      ],
      ...['-keyout', key, '-out', cert],
    ]);
    const port = 31_500 + Math.floor(Math.random() * 500);
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
    await start('--tls-port', String(port), '--tls-auth-clients', 'no', ...files);
    return port;
  }

  async function startSilent(): Promise<{ port: number; close: () => void }> {
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  }

  /** What the log shows of the failure of a check. */
  async function refusal(url: string): Promise<string> {
    const lines: [string, string, object][] = [];
    const ledger = await openLedger(url, { answerMs: 200, lines });
    try {
      const error: unknown = await ledger.check().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LedgerUnavailable);
      expect(JSON.stringify(lines) + errorNames(error)).not.to.contain(password);
      return errorNames(error);
    } finally {
      await ledger.close();
    }
  }

  const cases: [what: string, url: () => Promise<string>, says: RegExp][] = [
    [
      'a password is wrong',
      async () => `redis://:${password}@127.0.0.1:${(await start('--requirepass', 'other')).port}`,
      /it refuses the login; correct user and password in LEDGER_URL/,
    ],
    [
      'there is no such database',
      async () => `redis://127.0.0.1:${(await start()).port}/99`,
      /it refuses the database; correct the number at the end of LEDGER_URL/,
    ],
    [
      'its user may not select the database',
      async () => {
        const rights = ['~*', '+@all', '-select'];
        const { port } = await start('--user', 'ada', 'on', `>${password}`, ...rights);
        return `redis://ada:${password}@127.0.0.1:${port}/2`;
      },
      /it refuses the database; .*or let its user run SELECT/,
    ],
    [
      'a password is missing',
      async () => `redis://127.0.0.1:${(await start('--requirepass', 'other')).port}`,
      /it wants a login; put user and password into LEDGER_URL/,
    ],
    [
      'it is asked without TLS and wants it',
      async () => `redis://:${password}@127.0.0.1:${await startWithTls()}`,
      /it ends the connection; use rediss:\/\/ in LEDGER_URL if it wants TLS/,
    ],
    [
      'it is asked by TLS and has none',
      async () => `rediss://:${password}@127.0.0.1:${(await start()).port}`,
      /use redis:\/\/ if it has no TLS/,
    ],
    [
      'the CA of its certificate is unknown',
      async () => `rediss://:${password}@127.0.0.1:${await startWithTls()}`,
      /the CA of its certificate is unknown; set NODE_EXTRA_CA_CERTS/,
    ],
    [
      'its name is not known',
      () => Promise.resolve(`redis://:${password}@redis.invalid:6379`),
      /DNS does not .* its name; .*correct the host in LEDGER_URL/,
    ],
    [
      'nothing listens there',
      () => Promise.resolve('redis://127.0.0.1:1'),
      /nothing listens there; start it, or correct host and port in LEDGER_URL/,
    ],
    [
      'its user lacks rights',
      async () => {
        const rights = ['~omneo-gateway:v1:*', '+@all', '-pexpire'];
        const { port } = await start('--user', 'ada', 'on', `>${password}`, ...rights);
        return `redis://ada:${password}@127.0.0.1:${port}`;
      },
      /its user lacks rights; give it those in docs\/exactly-once\.md/,
    ],
    [
      'it is a replica',
      async () => {
        const primary = await start('--repl-diskless-sync-delay', '0');
        return (await start('--replicaof', '127.0.0.1', String(primary.port))).url;
      },
      /it is a replica, which takes no writes; point LEDGER_URL to its primary/,
    ],
    [
      'it is out of memory',
      async () => (await start('--maxmemory', '1')).url,
      /it is out of memory; raise its maxmemory/,
    ],
  ];

  for (const [what, urlOf, says] of cases) {
    it(`says in words what is wrong, where, and what to change when ${what}`, async () => {
      const url = await urlOf();
      const words = await refusal(url);
      expect(words)
        .to.match(says)
        .and.to.contain(`the ledger at ${new URL(url).host} `);
    });
  }

  it('says in words that it does not answer in time', async () => {
    const silent = await startSilent();
    expect(await refusal(`redis://:${password}@127.0.0.1:${silent.port}`)).to.match(
      /^the ledger at 127\.0\.0\.1:\d+ cannot be used: it does not answer in time; let this Pod reach it/,
    );
    silent.close();
  });

  it('passes once the server can be written to, and leaves nothing there', async () => {
    const server = await start('--requirepass', 'other');
    const ledger = await openLedger(server.url.replace('//', '//:other@'));
    await ledger.check();
    const admin = await openLedger(server.url.replace('//', '//:other@'));
    expect((await admin.claim(entryOf('a'))).result).to.equal('won');
    await server.kill();
    await ledger.check().catch((error: unknown) => error);
    await server.revive(['--requirepass', 'other']);
    await eventually('a check that passes', async () => {
      await ledger.check();
      return true;
    });
    expect(claimOf(await ledger.claim(entryOf('b')))).to.have.property('owner');
    await Promise.all([ledger.close(), admin.close()]);
  });
});
