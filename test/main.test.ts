import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Agent, request } from 'undici';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox } from '../sandbox/omneo.ts';
import { sample } from '../sandbox/sample.ts';
import { freePort } from './e2e/ports.ts';
import { secretOf, secretsOf, tenantObject } from './support/gateway.ts';
import { main, spawnGateway } from './support/process.ts';
import { samplesOf } from './support/prometheus.ts';
import { webhook } from './support/webhooks.ts';

/** One tenant and its Secrets as the YAML of a folder source. */
function manifests(slug: string, baseURL: string): string {
  const secrets = Object.entries(secretsOf(slug)).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData,
  }));
  return [tenantObject(slug, { baseURL }), ...secrets].map((object) => stringify(object)).join('---\n');
}

function kubeconfigOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'gateway', user: { token: 'of-the-tests' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'gateway' } }],
    'current-context': 'here',
  };
}

describe('the gateway as a process', () => {
  let dir: string;
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-test-'));
    await writeFile(join(dir, 'acme.yaml'), manifests('acme', sandbox.baseURL('acme')));
  });

  after(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true });
  });

  describe('does not start, and says in one sentence what to change,', () => {
    const cases: [string, Record<string, string>, RegExp][] = [
      [
        'when a variable has a prefix that none of ours has',
        { OMNEO_GATEWAY_PORT: '1' },
        /OMNEO_GATEWAY_PORT is not/,
      ],
      ['when a number does not parse', { PORT: 'eighty' }, /PORT must be a whole number from 0 to 65535/],
      [
        'when a word is not one of those known',
        { LOG_LEVEL: 'loud' },
        /LOG_LEVEL must be one of debug, info/,
      ],
      ['when the ledger is of no known kind', { LEDGER_URL: 'mysql://x:hidden@y' }, /LEDGER_URL must be/],
      [
        'when the file of keys is missing',
        { LEDGER_URL: 'postgres://ada@127.0.0.1:1/ledger', LEDGER_KEY_FILE: '/nowhere/at/all' },
        /LEDGER_KEY_FILE: \/nowhere\/at\/all cannot be read \(ENOENT\)/,
      ],
      [
        'when the folder of tenants is missing',
        { TENANTS_DIR: '/nowhere/at/all' },
        /TENANTS_DIR is \/nowhere\/at\/all/,
      ],
      [
        'when the token of the console is missing',
        { ADMIN_TOKEN_FILE: '/nowhere/at/all' },
        /ADMIN_TOKEN_FILE is \/nowhere\/at\/all, which cannot be read/,
      ],
    ];
    for (const [name, env, sentence] of cases) {
      it(name, async () => {
        const gateway = spawnGateway({ TENANTS_DIR: dir, ...env });
        expect(await gateway.exited).to.equal(1);
        expect(gateway.stderr())
          .to.match(sentence)
          .and.to.match(/^omneo-gateway: [^\n]+\.\n$/);
        expect(gateway.stderr()).not.to.contain('hidden');
      });
    }

    it('when its port is taken', async () => {
      const other = createServer().listen(0);
      const { port } = other.address() as AddressInfo;
      const gateway = spawnGateway({ TENANTS_DIR: dir, PORT: String(port) });
      expect(await gateway.exited).to.equal(1);
      expect(gateway.stderr()).to.match(
        /^omneo-gateway: PORT: port \d+ cannot be listened on; set PORT [^\n]+\.\n$/,
      );
      other.close();
    });
  });

  it('gives each address of a host two seconds to connect, wherever it connects to', async () => {
    const report = `process.on('exit', () => process.stderr.write(\`\${net.getDefaultAutoSelectFamilyAttemptTimeout()} ms\`))`;
    const preload = `data:text/javascript,import net from 'node:net';${report}`;
    const gateway = spawnGateway({ NODE_OPTIONS: `--import ${JSON.stringify(preload)}`, PORT: 'eighty' });
    await gateway.exited;
    expect(gateway.stderr()).to.match(/\b2000 ms$/);
  });

  it('opens the console where there is a durable ledger and a token, and closes it in the drain', async () => {
    const own = await mkdtemp(join(tmpdir(), 'omneo-gateway-test-'));
    const [ledger, tokenFile] = [join(own, 'ledger.db'), join(own, 'token')];
    await writeFile(tokenFile, 'token-of-the-console-of-the-tests');
    const env = { TENANTS_DIR: dir, LEDGER_URL: `sqlite:${ledger}`, ADMIN_TOKEN_FILE: tokenFile };
    const gateway = spawnGateway({ ...env, ALLOW_INSECURE_UPSTREAM: 'true' });
    const { console_port: port } = await gateway.said('listening');
    const headers = { authorization: 'Bearer token-of-the-console-of-the-tests' };
    const { body } = await request(`http://127.0.0.1:${String(port)}/api/v1/me`, { headers });
    expect(await body.json()).to.deep.equal({ user: 'admin', signed_in_by: 'token' });
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).to.equal(0);
    await rm(own, { recursive: true });
  });

  describe('ends with 0 on SIGTERM', () => {
    const preload = fileURLToPath(new URL('support/killonload.ts', import.meta.url));

    /** A server that takes connections and says nothing; `asked` resolves with the first. */
    async function silent(): Promise<{ port: number; asked: Promise<unknown>; close: () => void }> {
      const sockets: Socket[] = [];
      const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const close = (): void => {
        server.close();
        for (const socket of sockets) socket.destroy();
      };
      return { port: (server.address() as AddressInfo).port, asked: once(server, 'connection'), close };
    }

    for (const [module, url] of [
      ['/src/service.ts', 'memory:'],
      ['/src/ledger/postgres/postgres.ts', 'postgres://ada@127.0.0.1:1/ledger'],
    ] as const) {
      it(`while it loads ${module}, and goes no further`, async () => {
        const gateway = spawnGateway({
          TENANTS_DIR: dir,
          LEDGER_URL: url,
          NODE_OPTIONS: `--import=${preload}`,
          KILL_ON_LOAD: module,
        });
        expect(await gateway.exited).to.equal(0);
        expect(gateway.logs.map(({ msg }) => msg)).not.to.include('listening');
        expect(gateway.stderr()).to.equal('');
      });
    }

    for (const urlAt of [(port: number) => `postgres://ada@127.0.0.1:${port}/ledger`]) {
      it(`while the server of its ledger is silent, at ${urlAt(1)}`, async () => {
        const server = await silent();
        const gateway = spawnGateway({ TENANTS_DIR: dir, LEDGER_URL: urlAt(server.port) });
        await server.asked;
        gateway.child.kill('SIGTERM');
        expect(await gateway.exited).to.equal(0);
        server.close();
      });
    }

    it('while the Kubernetes API is silent', async () => {
      const server = await silent();
      const kubeconfig = join(dir, 'kubeconfig');
      await writeFile(kubeconfig, stringify(kubeconfigOf(`http://127.0.0.1:${server.port}`)));
      const gateway = spawnGateway({ KUBECONFIG: kubeconfig });
      await server.asked;
      gateway.child.kill('SIGTERM');
      expect(await gateway.exited).to.equal(0);
      server.close();
      await rm(kubeconfig);
    });
  });

  describe('whose output nobody reads', () => {
    /** Starts it with this standard output; asks it for its health, on a port that it cannot say. */
    async function start(stdout: number | 'pipe') {
      const [port, adminPort] = [await freePort(), await freePort()];
      const env = { TENANTS_DIR: dir, PORT: String(port), ADMIN_PORT: String(adminPort), LOG_LEVEL: 'debug' };
      const child = spawn(process.execPath, [main], {
        env: { PATH: process.env['PATH'], ...env },
        stdio: ['ignore', stdout, 'inherit'],
      });
      const ask = async (target: string, options = {}): Promise<[number, string]> => {
        const { statusCode, body } = await request(target, options);
        return [statusCode, await body.text()];
      };
      const admin = (path: string) => ask(`http://127.0.0.1:${adminPort}${path}`);
      const isUp = async (): Promise<boolean> =>
        admin('/readyz').then(
          ([status]) => status === 200,
          () => false,
        );
      for (let tries = 0; tries < 500 && !(await isUp()); tries++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const webhooksURL = `http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`;
      const headers = { 'content-type': 'application/json', 'x-omneo-secret': 'of nobody' };
      const webhooks = (count: number) =>
        Promise.all(
          Array.from({ length: count }, () => ask(webhooksURL, { method: 'POST', headers, body: '{}' })),
        );
      const stop = async (): Promise<number | null> => {
        child.kill('SIGTERM');
        return ((await once(child, 'exit')) as [number | null])[0];
      };
      return { child, admin, webhooks, stop };
    }

    it('goes on, and ends with 0 on SIGTERM, when its pipe is full', async () => {
      const path = join(dir, 'pipe');
      await promisify(execFile)('mkfifo', [path]);
      const pipe = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
      await rm(path);
      const full = await pipe.write(Buffer.alloc(1024 * 1024, 'x')).catch((error: unknown) => error);
      expect(full).to.have.property('bytesWritten', 65_536);
      const gateway = await start(pipe.fd);
      expect((await gateway.webhooks(100)).every(([status]) => status === 401)).to.equal(true);
      expect(await gateway.admin('/livez')).to.deep.equal([200, 'ok\n']);
      expect(await gateway.stop()).to.equal(0);
      await pipe.close();
    });

    it('goes on, and ends with 0 on SIGTERM, when its reader leaves', async () => {
      const gateway = await start('pipe');
      gateway.child.stdout?.destroy();
      await gateway.webhooks(5);
      const [, text] = await gateway.admin('/metrics');
      const [dropped] = samplesOf(text, 'omneo_gateway_log_lines_dropped_total');
      expect(dropped?.value).to.be.greaterThan(0);
      expect(await gateway.stop()).to.equal(0);
    });
  });

  it('ends with 0 on SIGTERM while 500 webhooks are under way, and none of them fails', async () => {
    const gateway = spawnGateway({
      TENANTS_DIR: dir,
      ALLOW_INSECURE_UPSTREAM: 'true',
      MAX_CONCURRENT_PER_TENANT: '500',
      // On a busy machine 500 at once take their time, which is not what this is about.
      ANSWER_DEADLINE_MS: '15000',
    });
    const { port } = await gateway.said('listening');
    sandbox.setFaults([{ kind: 'delay', operation: 'rewards.create', ms: 300 }]);
    const agent = new Agent({ allowH2: false });
    const url = `http://127.0.0.1:${String(port)}/acme/api/v1/webhooks/klaviyo/rewards`;
    const headers = { 'content-type': 'application/json', 'x-omneo-secret': secretOf('acme') };
    const before = sandbox.rewards('acme').length;
    const underWay = Array.from({ length: 500 }, async () => {
      const body = JSON.stringify(webhook());
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
      await answer.body.dump();
      return answer.statusCode;
    });
    await reached(() => (sandbox.calls()['acme rewards.create'] ?? 0) - before > 0);
    // The last of them have been read by now or are in the server's hands: each was accepted before the signal.
    await reached(() => (sandbox.calls()['acme search-id'] ?? 0) >= 500);
    gateway.child.kill('SIGTERM');
    expect(new Set(await Promise.all(underWay))).to.deep.equal(new Set([200]));
    expect(await gateway.exited).to.equal(0);
    expect(sandbox.rewards('acme').length - before).to.equal(500);
    expect(gateway.logs.filter((line) => line['msg'] === 'webhook')).to.have.length(500);
    await agent.destroy();
    sandbox.setFaults([]);
  });
});

/** Polls until it is so. */
async function reached(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000 && !isSo(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).to.equal(true);
}
