/** The 99th percentile at half load with each durable ledger, beside the one in memory at the same rate, in turn. */
import { join } from 'node:path';
import { Postgres } from '../../test/e2e/postgres.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import { gateway } from '../harness/programs.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { ratios, spread, told } from '../harness/stats.ts';
import { type Tail, insideTold, mostOf, tailRounds } from '../harness/tail.ts';
import { withSubjects } from '../harness/with.ts';

const what = { kind: 'webhooks', tenants: 1 } as const;

export const ledgerLatency: Figure = async (setting) => {
  const sqlite = { SQLite: `sqlite:${join(setting.folder, 'latency.db')}` };
  try {
    const server = await Postgres.start();
    try {
      return await compare(setting, { ...sqlite, Postgres: server.url() });
    } finally {
      await server.remove();
    }
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    return compare(setting, sqlite);
  }
};

/** `urls` are the ledgers by their names. */
async function compare(setting: Setting, urls: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const { folder, upstream, say } = setting;
  const program = (name: string, env = {}) =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), env });
  const names = ['memory', ...Object.keys(urls)];
  const programs = [
    await program('beside-memory'),
    ...(await Promise.all(
      Object.entries(urls).map(([name, LEDGER_URL]) => program(`on-${name}`, { LEDGER_URL })),
    )),
  ];
  return withSubjects(programs, async (...subjects) => {
    const most: number[] = [];
    for (const subject of subjects) most.push(await mostOf(setting, subject));
    // Half of what the slowest can do, so that none is at its limit.
    const rate = Math.min(...most) / 2;
    const ways = subjects.map((subject) => ({ subject, what }));
    const rounds = await tailRounds(setting, ways, rate);
    const of = (way: number): readonly Tail[] => rounds.flatMap((tails) => tails[way] ?? []);
    const p99 = (way: number): readonly number[] => of(way).map(({ latency }) => latency.p99);
    const lines = names.map((name, way) => `${told(spread(p99(way)))} ms ${name}`);
    say(`  ${rate.toFixed(0)} a second, p99: ${lines.join(', ')}`);
    names.forEach((name, way) => {
      say(`  ${name}: late event loop, p99; collections in a round: ${insideTold(of(way))}`);
    });
    return names.slice(1).map((name, n) => {
      const found = spread(ratios(p99(n + 1), p99(0)));
      const figure = `p99 at half load with the ${name} ledger against the one in memory`;
      return { figure, target: '≤ 1', measured: told(found), held: found.middle <= 1 };
    });
  });
}
