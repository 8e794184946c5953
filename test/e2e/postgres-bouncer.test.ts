/** Gateways that reach Postgres through a PgBouncer which pools transactions, so that no LISTEN lasts. */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { makeKeyFile } from '../../src/ledger/seal/makekeyfile.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { Postgres, startPgBouncer } from './postgres.ts';
import { newDatabase } from './postgresbench.ts';
import { eventually } from './time.ts';

describe('gateways behind a PgBouncer that pools transactions', () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let postgres: Postgres;
  let database: string;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  let gateways: Gateway[] = [];

  before(async function () {
    await needTools(this, 'postgres');
    await needTools(this, 'pgbouncer');
    folder = await temporaryFolder('postgres-bouncer');
    sandbox = await startSandbox({ tenants: sample });
    postgres = await Postgres.start();
    database = await newDatabase(postgres);
    bouncer = await startPgBouncer(postgres);
    const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
    const text = manifests.map((each) => JSON.stringify(each)).join('\n---\n');
    await writeFile(join(folder.path, 'acme.yaml'), text);
    const keyFile = join(folder.path, 'keys');
    await makeKeyFile(keyFile);
    gateways = await Promise.all([start(keyFile), start(keyFile)]);
    for (const gateway of gateways)
      await eventually(`${gateway.name} is ready`, () => gateway.isReady(), { timeoutMs: 30_000 });
  });

  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await (bouncer as typeof bouncer | undefined)?.stop();
    await (postgres as Postgres | undefined)?.remove();
    await (sandbox as Sandbox | undefined)?.close();
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  const start = (keyFile: string): Promise<Gateway> =>
    startFolderGateway({
      tenants: folder.path,
      folder: folder.path,
      env: {
        LEDGER_URL: postgres.url({ database, port: bouncer.port }),
        LEDGER_KEY_FILE: keyFile,
        UPSTREAM_TIMEOUT_MS: '1000',
        LEASE_MS: '1500',
        SETTLE_WINDOW_MS: '1000',
        // The courier waits less, so that what fails is done in time.
        NODE_OPTIONS: `--import ${join(import.meta.dirname, '../chaos/hurry.ts')}`,
      },
    });

  const issued = (): readonly (string | null)[] =>
    sandbox.rewards('acme').map(({ external_id }) => external_id);

  const accept = async (gateway: Gateway, ids: readonly string[]): Promise<void> => {
    const post = (id: string) => gateway.post('acme', { secret: secretOf('acme'), body: webhook({ id }) });
    const replies = await Promise.all(ids.map(post));
    expect(replies.map(({ status }) => status)).to.deep.equal(ids.map(() => 202));
  };

  const idsOf = (name: string): string[] => Array.from({ length: 20 }, (_, n) => `${name}-${n}`);

  /** Deliveries that this replica has tried and brought to an end. */
  const delivered = async (gateway: Gateway): Promise<number> =>
    countsBy(await gateway.metrics(), 'omneo_gateway_delivery_attempts_total', 'result')['issued'] ?? 0;

  it('deliver what they have stored, once, whichever of the two comes first', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    await accept(gateways[0]!, idsOf('stored'));
    sandbox.setFaults([]);
    await eventually('all are issued', () => issued().length === 20, { timeoutMs: 60_000 });
    expect([...issued()]).to.have.members(idsOf('stored'));
  });

  it('deliver what one of them stored that was killed since', async () => {
    const [killed, other] = [gateways.shift()!, gateways[0]!];
    sandbox.setFaults([{ kind: 'error', status: 503 }]);
    await accept(killed, idsOf('left'));
    killed.process.signal('SIGKILL');
    await killed.process.exited;
    await killed.forget();
    const before = await delivered(other);
    sandbox.setFaults([]);
    await eventually('all are issued', () => issued().length === 40, { timeoutMs: 60_000 });
    expect([...issued()]).to.have.members([...idsOf('stored'), ...idsOf('left')]);
    await eventually('the other one counts them', async () => (await delivered(other)) === before + 20);
  });
});
