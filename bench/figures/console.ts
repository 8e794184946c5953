/** What people wait for who look at very many deliveries in Postgres. */
import { Client } from 'pg';
import { Postgres } from '../../test/e2e/postgres.ts';
import { manyEmail, manyId, manyTenant, manyTenants, putMany } from '../../test/e2e/manydeliveries.ts';
import { ledgerAt } from '../../test/e2e/postgresbench.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import type { DeliveryAdmin } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { Latencies } from '../load/latencies.ts';
import type { Row } from '../harness/rows.ts';
import { besideSearches, searchFigure, searchTarget } from './consolesearch.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { times } from '../harness/stats.ts';

/** So many times what a page costs that is read by the primary key. */
const mostTimes = 10;
const pageSize = 50;

/** Looks at something about the delivery with this number. */
type Look = (admin: DeliveryAdmin, n: number) => Promise<unknown>;

type Quantiles = ReturnType<Latencies['quantiles']>;

/** The least that as many deliveries cost: read whole by the primary key, and not understood. */
const barePage = `SELECT * FROM omneo_gateway.entries WHERE key >= $1 ORDER BY key LIMIT ${pageSize + 1}`;

const everyTenant = Array.from({ length: manyTenants }, (_, n) => manyTenant(n));
const page = { limit: pageSize + 1 };

const looks: Readonly<Record<string, Look>> = {
  'the first page of a tenant': (admin, n) => admin.list({ tenants: [manyTenant(n)] }, page),
  'the first page of every tenant': (admin) => admin.list({ tenants: everyTenant }, page),
  'a page from the middle of the list': (admin, n) =>
    admin.list({ tenants: [manyTenant(n)] }, { ...page, after: { since: Date.now() - n * 1000, id: '' } }),
  'the first page of what is parked': (admin, n) =>
    admin.list({ tenants: [manyTenant(n)], state: 'parked' }, page),
  'the first page of one reason': (admin, n) =>
    admin.list({ tenants: [manyTenant(n)], reason: 'profile_not_found' }, page),
  'a search by e-mail': (admin, n) =>
    admin.list({ tenants: [manyTenant(n)], digests: { email: [manyEmail(n)] } }, page),
  'one delivery with its events': (admin, n) => admin.find(manyId(n)),
};

export const consoleFigures: Figure = async (setting) => {
  try {
    const server = await Postgres.start();
    try {
      return [...(await measure(setting, server)), await besideSearches(setting, server)];
    } finally {
      await server.remove();
    }
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    const unmeasured = { target, measured: 'not measured: there is no postgres', held: null };
    return [
      ...Object.keys(looks).map((name) => ({ figure: figureOf(name, setting.deliveries), ...unmeasured })),
      { ...unmeasured, figure: searchFigure, target: searchTarget },
    ];
  }
};

const target = `≤ ${mostTimes} ×`;

function figureOf(name: string, deliveries: number): string {
  return `${name}, of ${deliveries.toLocaleString('en-US')} deliveries, p99, over a bare page`;
}

async function measure(setting: Setting, server: Postgres): Promise<readonly Row[]> {
  const { deliveries: count, say } = setting;
  const ledger = ledgerAt(server.url(), { answerMs: 2000 });
  try {
    await ledger.check();
    const begun = performance.now();
    await putMany(server, 'postgres', count);
    say(`  ${count} deliveries were put in ${Math.round((performance.now() - begun) / 1000)} s`);
    return await besideBarePages(setting, server, ledger.deliveries.admin);
  } finally {
    await ledger.close();
  }
}

async function besideBarePages(
  { deliveries: count, quick, say }: Setting,
  server: Postgres,
  admin: DeliveryAdmin,
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  try {
    const rows: Row[] = [];
    for (const [name, look] of Object.entries(looks)) {
      const ways = [
        (n: number) => look(admin, n),
        (n: number) => client.query(barePage, [`rewards/id/${n}`]),
      ];
      const [found, bare] = await timesOf(ways, count, quick ? 20 : 500);
      if (found === undefined || bare === undefined) throw new Error('two ways are needed');
      say(`  ${name}: ${tell(found)}; a bare page: ${tell(bare)}`);
      const over = times(found.p99, bare.p99);
      const measured = `${over.toFixed(2)} ×`;
      rows.push({ figure: figureOf(name, count), target, measured, held: over <= mostTimes });
    }
    return rows;
  } finally {
    await client.end();
  }
}

function tell({ p50, p99, most }: Quantiles): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${most.toFixed(1)} ms`;
}

/** Looks at deliveries here and there, one after the other, each in every way. */
async function timesOf(
  ways: readonly ((n: number) => Promise<unknown>)[],
  count: number,
  looked: number,
): Promise<readonly Quantiles[]> {
  const latencies = ways.map(() => new Latencies());
  for (let look = 0; look < looked; look += 1) {
    // Far from the one before, and the same in each run.
    const n = 1 + ((look * 7_919_317) % count);
    for (const [index, way] of ways.entries()) {
      const begun = performance.now();
      await way(n);
      latencies[index]?.add(performance.now() - begun);
    }
  }
  return latencies.map((each) => each.quantiles());
}
