/** What callers, probes and operators see of gateways whose Postgres fails. */
import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { secretOf, startFolderGateway, tenantWithSecrets, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { Postgres } from './postgres.ts';
import { newDatabase } from './postgresbench.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { eventually } from './time.ts';

const answerDeadlineMs = 4_500;
const replicas = 3;

describe('gateways whose Postgres', () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let postgres: Postgres;
  let database: string;
  let proxies: Proxy[] = [];
  let gateways: Gateway[] = [];

  before(async function () {
    await needTools(this, 'postgres');
    folder = await temporaryFolder('postgres-gateway');
    sandbox = await startSandbox({ tenants: sample });
    postgres = await Postgres.start();
    database = await newDatabase(postgres);
    const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
    await writeFile(
      join(folder.path, 'acme.yaml'),
      manifests.map((each) => JSON.stringify(each)).join('\n---\n'),
    );
    const target = { host: '127.0.0.1', port: postgres.port };
    proxies = await Promise.all(Array.from({ length: replicas }, () => startProxy({ target })));
    gateways = await Promise.all(
      proxies.map(({ port }) =>
        startFolderGateway({
          tenants: folder.path,
          folder: folder.path,
          env: {
            LEDGER_URL: postgres.url({ database, port }),
            ANSWER_DEADLINE_MS: String(answerDeadlineMs),
            UPSTREAM_TIMEOUT_MS: '1000',
            LEASE_MS: '1100',
            SETTLE_WINDOW_MS: '500',
          },
        }),
      ),
    );
    for (const gateway of gateways)
      await eventually(`${gateway.name} is ready`, () => gateway.isReady(), { timeoutMs: 30_000 });
  });

  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await (postgres as Postgres | undefined)?.remove();
    await (sandbox as Sandbox | undefined)?.close();
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  const send = (id: string, gateway = gateways[0]!) =>
    gateway.post('acme', { secret: secretOf('acme'), body: webhook({ id }) });
  const rewardsFor = (id: string): number =>
    sandbox.rewards('acme').filter(({ external_id }) => external_id === id).length;

  /** Sends a webhook, and waits until it is recorded that this Omneo finds ids like that: else no miss is believed. */
  async function proveShapeOf(id: string): Promise<void> {
    const count = async (): Promise<unknown> => {
      const [row] = await postgres.run('SELECT count(*)::int AS count FROM omneo_gateway.maxima', database);
      return row?.['count'];
    };
    const before = await count();
    expect((await send(id)).status).to.equal(200);
    await eventually('the proof', async () => (await count()) !== before);
  }

  it('is there share what was issued', async () => {
    expect((await send('shared', gateways[0])).json).to.include({ status: 'created' });
    for (const gateway of gateways.slice(1))
      expect((await send('shared', gateway)).json).to.include({ status: 'duplicate' });
    expect(rewardsFor('shared')).to.equal(1);
  });

  for (const [what, fail, mend] of [
    ['is frozen', () => postgres.freeze(), () => postgres.thaw()],
    ['is gone, and comes back', () => postgres.kill(), () => postgres.revive()],
  ] as const) {
    it(`${what} answer 503 in time, stay ready, say so once, and recover by themselves`, async () => {
      const gateway = gateways[0]!;
      const said = (msg: string): number => gateway.process.lines.filter((line) => line.includes(msg)).length;
      const unavailable = async (): Promise<number> =>
        countsBy(await gateway.metrics(), 'omneo_gateway_ledger_claims_total', 'result')['unavailable'] ?? 0;
      const id = `order ${what}`.replaceAll(',', '');
      expect((await send(`${id} before`)).status).to.equal(200);
      const [counted, lost] = [await unavailable(), said('the ledger cannot be reached')];
      const back = said('the ledger is back');
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
      expect(reply.json).to.include({ external_id: id });
      expect(said('the ledger is back')).to.equal(back + 1);
      expect((await send(`${id} before`)).json).to.include({ status: 'duplicate' });
      expect(rewardsFor(id)).to.equal(1);
    });
  }

  it('is restarted, killed and cut off in a storm issue each webhook once, and lose none', async () => {
    const ids = Array.from({ length: 400 }, (_, n) => `storm-${n}`);
    await proveShapeOf('storm-00000');
    const told = new Map<string, unknown>();
    const statuses: Record<number, number> = {};
    const isOver = { value: false };
    /** As Klaviyo: again after 429, 500, 502 and 503, by whichever replica; each id is on its way twice. */
    const deliver = async (id: string, first: number): Promise<void> => {
      for (let attempt = first; attempt < first + 500; attempt++) {
        const { status, json } = await send(id, gateways[attempt % replicas]);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === 200) {
          const known = told.get(id) ?? json['reward_id'];
          expect(json['reward_id'], id).to.equal(known);
          told.set(id, known);
          return;
        }
        expect(status, id).to.be.oneOf([429, 502, 503]);
        await sleep(100 + Math.random() * 200);
      }
    };
    const worker = async (from: number): Promise<void> => {
      for (let n = from; n < ids.length; n += 16) {
        await Promise.all([deliver(ids[n]!, n), deliver(ids[n]!, n + 1)]);
        await sleep(200);
      }
    };
    const cutting = async (): Promise<void> => {
      for (let n = 0; !isOver.value; n++) {
        const proxy = proxies[n % replicas]!;
        proxy.reset();
        await sleep(150);
        await proxy.stallDown();
        await sleep(50);
        proxy.reset();
        await proxy.pass();
        await sleep(100);
      }
    };
    const restarting = async (): Promise<void> => {
      for (let n = 0; n < 6; n++) {
        await sleep(1200);
        await (n % 2 === 0 ? postgres.kill() : postgres.stop());
        await sleep(200);
        await postgres.revive();
      }
    };
    const storm = Promise.all([cutting(), restarting().finally(() => (isOver.value = true))]);
    await Promise.all(Array.from({ length: 16 }, (_, n) => worker(n)));
    await storm;
    expect([...told.keys()]).to.have.members(ids);
    const counts = ids.map((id) => [id, rewardsFor(id)] as const).filter(([, count]) => count !== 1);
    expect(counts, JSON.stringify(statuses)).to.deep.equal([]);
    // The storm was felt.
    expect(statuses[503]).to.be.above(10);
    console.log(`      ${JSON.stringify(statuses)}`);
  }).timeout(100_000);
});
