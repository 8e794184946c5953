/**
 * A leaked webhook secret against three replicas on one Postgres, whose tenant has a budget. For a long run:
 * `BUDGET_WEBHOOKS=10000 npx mocha --config test/e2e/.mocharc.js --grep 'leaked secret'`.
 */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { everything } from '../../sandbox/preset.ts';
import { sample } from '../../sandbox/sample.ts';
import { makeKeyFile } from '../../src/ledger/seal/makekeyfile.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { Postgres } from './postgres.ts';
import { newDatabase } from './postgresbench.ts';
import { eventually } from './time.ts';

const webhooks = Number(env['BUDGET_WEBHOOKS'] ?? 2000);
/** The amount has room for half as many rewards of 10 as their number. */
const most = { rewards: webhooks / 10, amount: webhooks / 2 };
const issuable = most.amount / 10;
const atOnce = 500;
const replicas = 3;
/** Everything that is stored is tried in so much time. */
const patience = { timeoutMs: 60_000 + webhooks * 60 };

/** A zone in which it is noon, so that no day ends in the middle of a run. */
const noon = 12 - new Date().getUTCHours();
const timezone = noon === 0 ? 'Etc/GMT' : `Etc/GMT${noon > 0 ? '-' : '+'}${Math.abs(noon)}`;

describe('a leaked secret', () => {
  for (const [what, faults] of [
    ['while Omneo is well', []],
    ['while Omneo fails in every way there is', everything(0.15, { hangMs: 1500 })],
  ] as const)
    describe(what, () => {
      let folder: TemporaryFolder;
      let sandbox: Sandbox;
      let postgres: Postgres;
      let database: string;
      let gateways: Gateway[] = [];

      before(async function () {
        await needTools(this, 'postgres');
        folder = await temporaryFolder('budgets');
        sandbox = await startSandbox({ tenants: sample });
        postgres = await Postgres.start();
        database = await newDatabase(postgres);
        await writeTenant({ perDay: most });
        const keyFile = join(folder.path, 'keys');
        await makeKeyFile(keyFile);
        gateways = await Promise.all(Array.from({ length: replicas }, () => start(keyFile)));
        for (const gateway of gateways)
          await eventually(`${gateway.name} is ready`, () => gateway.isReady(), { timeoutMs: 30_000 });
      });

      after(async () => {
        await Promise.all(gateways.map((gateway) => gateway.stop()));
        await (postgres as Postgres | undefined)?.remove();
        await (sandbox as Sandbox | undefined)?.close();
        await (folder as TemporaryFolder | undefined)?.remove();
      });

      const start = (keyFile: string): Promise<Gateway> =>
        startFolderGateway({
          tenants: folder.path,
          folder: folder.path,
          env: {
            LEDGER_URL: postgres.url({ database }),
            LEDGER_KEY_FILE: keyFile,
            UPSTREAM_TIMEOUT_MS: '1000',
            LEASE_MS: '5000',
            // A create that was sent is there by then, however busy the machine is that runs Omneo too.
            SETTLE_WINDOW_MS: '15000',
            CREDENTIALS_RETRY_MS: '300',
            // The courier waits less, so that what fails is done in time.
            NODE_OPTIONS: `--import ${join(import.meta.dirname, '../chaos/hurry.ts')}`,
          },
        });

      /** Gives every replica the tenant with these limits. */
      async function writeTenant(limits: object): Promise<void> {
        const spec = { limits, rewards: { timezone } };
        const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme'), spec });
        const text = manifests.map((each) => JSON.stringify(each)).join('\n---\n');
        await writeFile(join(folder.path, 'acme.yaml'), text);
      }

      /** How many rewards there are, none of which may be there twice. */
      function issued(): number {
        const names = sandbox.rewards('acme').map(({ external_id }) => external_id);
        expect(names).to.have.length(new Set(names).size);
        return names.length;
      }

      /** How many deliveries are there, by state and reason. */
      async function stored(): Promise<Readonly<Record<string, number>>> {
        const rows = await postgres.run(
          `SELECT state || coalesce(' ' || reason, '') AS what, count(*)::int AS count
           FROM omneo_gateway.entries WHERE state IS NOT NULL GROUP BY 1`,
          database,
        );
        return Object.fromEntries(rows.map(({ what, count }) => [String(what), Number(count)]));
      }

      async function spent(): Promise<readonly [rewards: number, cents: number]> {
        const [row] = await postgres.run('SELECT rewards, cents FROM omneo_gateway.budgets', database);
        return [Number(row?.['rewards']), Number(row?.['cents'])];
      }

      /** Waits until so many are issued and all others are held. */
      async function rest(count: number): Promise<void> {
        const held = webhooks - count;
        await eventually(
          `${count} are issued and ${held} held`,
          async () => {
            expect(issued()).to.be.at.most(count);
            const { issued: done = 0, 'waiting held': waiting = 0, ...others } = await stored();
            expect({ done, waiting, others }).to.deep.equal({ done: count, waiting: held, others: {} });
            return true;
          },
          patience,
        );
        expect(issued()).to.equal(count);
        expect(await spent()).to.deep.equal([count, count * 1000]);
      }

      /** Sends webhooks until each is answered for good. */
      async function send(ids: readonly string[]): Promise<Readonly<Record<number, number>>> {
        const statuses: Record<number, number> = {};
        const left = [...ids];
        const worker = async (first: number): Promise<void> => {
          for (let n = first, id = left.shift(); id !== undefined; n += 1, id = left.shift()) {
            const body = webhook({ id });
            const { status } = await gateways[n % replicas]!.post('acme', { secret: secretOf('acme'), body });
            statuses[status] = (statuses[status] ?? 0) + 1;
            if (status === 429 || status >= 500) left.push(id);
          }
        };
        await Promise.all(Array.from({ length: atOnce }, (_, n) => worker(n)));
        return statuses;
      }

      it(`has ${webhooks} webhooks issued to the cent of the budget, and after each raise exactly the rest`, async () => {
        const ids = Array.from({ length: webhooks }, (_, n) => `leak-${String(n).padStart(6, '0')}`);
        sandbox.setFaults([...faults]);
        const statuses = await send(ids);
        console.log(`      ${JSON.stringify(statuses)}`);
        expect(statuses[202]).to.be.above(0);
        expect(issued()).to.be.at.most(issuable);
        sandbox.setFaults([]);
        await eventually(
          'nothing waits but what is held',
          async () => {
            const counts = Object.entries(await stored());
            expect(issued()).to.be.at.most(issuable);
            return counts.every(([what]) => what === 'issued' || what === 'waiting held');
          },
          patience,
        );
        // What a failure gave back is taken by what a change of the tenant wakes.
        await writeTenant({ perDay: most, maxAmount: 1000 });
        await rest(issuable);
        await writeTenant({ perDay: { ...most, amount: webhooks * 10 } });
        await rest(most.rewards);
        await writeTenant({ perDay: { rewards: webhooks, amount: webhooks * 10 } });
        await rest(webhooks);
        const names = new Set(sandbox.rewards('acme').map(({ external_id }) => external_id));
        expect([...names]).to.have.members(ids);
      }).timeout(4 * patience.timeoutMs);
    });
});
