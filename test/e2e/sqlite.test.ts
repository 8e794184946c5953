/** A whole gateway on a SQLite ledger: killed in a storm, beside another, and out of the bundle. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { startProcess } from './process.ts';
import { within } from './time.ts';

const root = join(import.meta.dirname, '../..');

/** More kills, for a machine that has time: `SQLITE_KILLS=100`. */
const kills = Number(env['SQLITE_KILLS'] ?? 10);
const callers = 20;
/** What Klaviyo sends again. */
// What was accepted is asked for until its reward is there.
const retried = new Set([202, 429, 500, 502, 503]);

describe('a gateway on a SQLite ledger', () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let gateway: Gateway;
  let tenants: string;

  before(async () => {
    folder = await temporaryFolder('sqlite');
    sandbox = await startSandbox({ tenants: sample });
    tenants = join(folder.path, 'tenants');
    await mkdir(tenants);
    const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
    await writeFile(
      join(tenants, 'acme.yaml'),
      manifests.map((each) => JSON.stringify(each)).join('\n---\n'),
    );
    gateway = await start();
  });
  after(async () => {
    await (gateway as Gateway | undefined)?.stop();
    await sandbox.close();
    await folder.remove();
  });

  const start = (): Promise<Gateway> =>
    startFolderGateway({
      tenants,
      folder: folder.path,
      env: {
        LEDGER_URL: `sqlite:${join(folder.path, 'ledger.db')}`,
        ANSWER_DEADLINE_MS: '2000',
        UPSTREAM_TIMEOUT_MS: '1000',
        LEASE_MS: '1100',
        SETTLE_WINDOW_MS: '500',
      },
    });

  const post = (id: string) => gateway.post('acme', { secret: secretOf('acme'), body: webhook({ id }) });

  /** Sends one webhook until it is answered 200; what breaks or is refused for now is sent again. */
  async function deliver(id: string): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const status = await post(id).then(
        (reply) => reply.status,
        () => 503,
      );
      if (status === 200) return attempt;
      if (!retried.has(status)) throw new Error(`${id} was answered ${status}`);
      await sleep(20 + Math.random() * 100);
    }
  }

  it(`issues each webhook of a storm once, though it is killed ${kills} times in it`, async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 30, probability: 0.5 }]);
    let isOver = false;
    let attempts = 0;
    const ids: string[] = [];
    const call = async (caller: number): Promise<void> => {
      for (let n = 0; !isOver; n += 1) {
        const id = `storm-${caller}-${n}`;
        ids.push(id);
        attempts += await deliver(id);
      }
    };
    const storm = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
    for (let n = 0; n < kills; n += 1) {
      await sleep(100 + Math.random() * 900);
      gateway.process.signal('SIGKILL');
      await gateway.process.exited;
      await gateway.forget();
      gateway = await start();
    }
    isOver = true;
    // What was cut off several times waits longer each time before it is attempted again.
    await within(180_000, 'the storm', storm);
    const counts = new Map<string | null | undefined, number>();
    for (const { external_id: id } of sandbox.rewards('acme')) counts.set(id, (counts.get(id) ?? 0) + 1);
    console.log(`      ${kills} kills, ${ids.length} webhooks, ${attempts} attempts, ${counts.size} rewards`);
    expect(ids).to.have.length.above(callers);
    expect(ids.filter((id) => counts.get(id) !== 1)).to.deep.equal([]);
    expect(sandbox.rewards('acme')).to.have.length(ids.length);
  }).timeout(180_000 + kills * 10_000);

  it('answers from its memory what it issued before it was killed', async () => {
    const first = await post('before-the-kill');
    expect(first.json).to.include({ status: 'created' });
    gateway.process.signal('SIGKILL');
    await gateway.process.exited;
    await gateway.forget();
    gateway = await start();
    const lookUps = () => sandbox.requests().length;
    const before = lookUps();
    const again = await post('before-the-kill');
    expect(again.json).to.include({ status: 'duplicate', reward_id: first.json['reward_id'] });
    // It may look up once whether the shape of this id can be found, as after every restart.
    expect(lookUps() - before).to.be.below(4);
  });

  it('is refused beside another on one file, and that one goes on', async () => {
    const failure = await start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(failure).to.match(
      /omneo-gateway: LEDGER_URL names \S+, which another gateway has open; stop that one/,
    );
    expect((await post('after-the-second')).status).to.equal(200);
  });
});

describe('the bundle', () => {
  it('opens a SQLite ledger, with its thread and its SQL', async () => {
    const folder = await temporaryFolder('sqlite-bundle');
    const stack = new AsyncDisposableStack();
    stack.defer(() => folder.remove());
    try {
      await promisify(execFile)(process.execPath, ['scripts/build.ts', join(folder.path, 'dist')], {
        cwd: root,
      });
      await copyFile(join(root, 'package.json'), join(folder.path, 'package.json'));
      const tenants = join(folder.path, 'tenants');
      await mkdir(tenants);
      const running = await startProcess({
        command: process.execPath,
        args: [join(folder.path, 'dist/main.js')],
        cwd: folder.path,
        env: {
          PORT: '0',
          ADMIN_PORT: '0',
          CONSOLE_PORT: '0',
          TENANTS_DIR: tenants,
          LEDGER_URL: 'sqlite:ledger.db',
        },
        ready: /"msg":"listening"/,
        log: join(folder.path, 'gateway.log'),
      });
      stack.defer(async () => {
        await running.stop();
      });
      const { admin_port: port } = await running.record(({ msg }) => msg === 'listening');
      const { status } = await fetch(`http://127.0.0.1:${String(port)}/readyz/ledger`);
      expect(status).to.equal(200);
      const files = ['ledger.db', 'ledger.db-wal', 'ledger.db-lock', 'ledger.db.key'];
      expect(await readdir(folder.path)).to.include.members(files);
      expect(await running.stop()).to.include({ code: 0 });
    } finally {
      await stack.disposeAsync();
    }
  });
});
