/** What people wait for who look at very many deliveries in Postgres. */
import { Postgres } from '../../test/e2e/postgres.ts';
import { manyEmail, manyId, manyTenant, manyTenants, putMany } from '../../test/e2e/manydeliveries.ts';
import { ledgerAt } from '../../test/e2e/postgresbench.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import type { DeliveryAdmin } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { Latencies } from '../load/latencies.ts';
import type { Row } from '../harness/rows.ts';
import { besideSearches, searchFigure, searchTarget } from './consolesearch.ts';
import type { Figure, Setting } from '../harness/setting.ts';

/** In milliseconds. */
const mostMs = 50;
const pageSize = 50;

/** Looks at something about the delivery with this number. */
type Look = (admin: DeliveryAdmin, n: number) => Promise<unknown>;

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
      ...Object.keys(looks).map((name) => ({ figure: figureOf(name, setting), ...unmeasured })),
      { ...unmeasured, figure: searchFigure, target: searchTarget },
    ];
  }
};

const target = `≤ ${mostMs} ms`;

function figureOf(name: string, { deliveries }: Setting): string {
  return `${name}, of ${deliveries.toLocaleString('en-US')} deliveries, p99`;
}

async function measure(setting: Setting, server: Postgres): Promise<readonly Row[]> {
  const { deliveries: count, quick, say } = setting;
  const ledger = ledgerAt(server.url(), { answerMs: 2000 });
  try {
    await ledger.check();
    const begun = performance.now();
    await putMany(server, 'postgres', count);
    say(`  ${count} deliveries were put in ${Math.round((performance.now() - begun) / 1000)} s`);
    const rows: Row[] = [];
    for (const [name, look] of Object.entries(looks)) {
      const { p50, p99, most } = await timesOf(
        (n) => look(ledger.deliveries.admin, n),
        count,
        quick ? 20 : 500,
      );
      say(`  ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${most.toFixed(1)} ms`);
      rows.push({
        figure: figureOf(name, setting),
        target,
        measured: `${p99.toFixed(1)} ms`,
        held: p99 <= mostMs,
      });
    }
    return rows;
  } finally {
    await ledger.close();
  }
}

/** Looks at deliveries here and there, one after the other. */
async function timesOf(
  look: (n: number) => Promise<unknown>,
  count: number,
  times: number,
): Promise<ReturnType<Latencies['quantiles']>> {
  const latencies = new Latencies();
  for (let n = 0; n < times; n += 1) {
    const begun = performance.now();
    // Far from the one before, and the same in each run.
    await look(1 + ((n * 7_919_317) % count));
    latencies.add(performance.now() - begun);
  }
  return latencies.quantiles();
}
