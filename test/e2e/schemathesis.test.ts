/** schemathesis makes requests out of docs/openapi.yaml, right ones and wrong ones, and holds the answers against it. */
import { expect } from 'chai';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { run } from './run.ts';
import { tool } from './tools/tool.ts';

const root = join(import.meta.dirname, '../..');
const token = 'admin-token-of-the-tests';

/**
 * It sends wrong tokens to every operation, and after ten in a minute the answer is 429 and no more 401. That every
 * operation asks for credentials is a test of its own, in test/console/api/problems.test.ts.
 */
const excluded = 'ignored_auth';

/** How many operations the document describes. */
async function countOperations(): Promise<number> {
  const text = await readFile(join(root, 'docs/openapi.yaml'), 'utf8');
  return text.match(/^ +operationId: /gm)?.length ?? 0;
}

describe("the console's API by schemathesis", () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let gateway: Gateway;
  let url: string;

  before(async function () {
    await needTools(this, 'schemathesis');
    folder = await temporaryFolder('schemathesis');
    sandbox = await startSandbox({ tenants: sample });
    const tenants = join(folder.path, 'tenants');
    await mkdir(tenants);
    const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
    await writeFile(
      join(tenants, 'acme.yaml'),
      manifests.map((each) => JSON.stringify(each)).join('\n---\n'),
    );
    await writeFile(join(folder.path, 'token'), `${token}\n`);
    gateway = await startFolderGateway({
      tenants,
      folder: folder.path,
      env: {
        LEDGER_URL: `sqlite:${join(folder.path, 'ledger.db')}`,
        ADMIN_TOKEN_FILE: join(folder.path, 'token'),
      },
    });
    const { console_port: port } = await gateway.process.record(({ msg }) => msg === 'listening');
    url = `http://127.0.0.1:${String(port)}`;
    for (let round = 0; round < 10; round += 1) await seed();
  });
  after(async () => {
    await (gateway as Gateway | undefined)?.stop();
    await (sandbox as Sandbox | undefined)?.close();
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  /** Webhooks of which one is issued, and the others are parked for one reason or another. */
  async function seed(): Promise<void> {
    const nobody = { person_id: '01NOBODY', email: 'nobody@example.com' };
    const reused = webhook({ id: 'used' }, { amount: 12 });
    for (const body of [webhook(), webhook(nobody), webhook({}, { amount: 0 }), reused])
      await gateway.post('acme', { secret: secretOf('acme'), body });
  }

  /** Goes on as long as `work` does: one bulk change would leave nothing for what comes after it. */
  async function seedWhile<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    const goesOn = (): boolean => !isOver;
    while (goesOn()) {
      await seed();
      await Promise.race([over.catch(() => undefined), sleep(200)]);
    }
    return over;
  }

  it('has no failure', async function () {
    this.timeout(10 * 60_000);
    const program = await tool('schemathesis');
    const { stdout, stderr, code } = await seedWhile(
      run(
        program,
        [
          ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
          ...[
            'run',
            join(root, 'docs/openapi.yaml'),
            '--url',
            url,
            '--header',
            `Authorization: Bearer ${token}`,
          ],
          ...[
            '--checks',
            'all',
            '--exclude-checks',
            excluded,
            '--max-examples',
            '50',
            '--seed',
            '1',
            '--no-color',
          ],
        ],
        { cwd: folder.path, env: { HOME: folder.path, COLUMNS: '120' }, timeoutMs: 9 * 60_000 },
      ),
    );
    const [summary = stdout] = /^=+ SUMMARY [\s\S]*$/m.exec(stdout) ?? [];
    console.log(summary);
    expect(code, stdout.slice(-20_000) + stderr).to.equal(0);
    expect(/Tested: (\d+)$/m.exec(summary)?.[1]).to.equal(String(await countOperations()));
    expect(summary).to.match(/^ {2}(\d+) generated, \1 passed/m);
  });

  it('was more than refused: deliveries were changed by what it sent', async () => {
    const counted = countsBy(await gateway.metrics(), 'omneo_gateway_delivery_changes_total', 'change');
    expect(counted).to.include.keys('replayed', 'discarded');
  });
});
