/** The 99th percentile at half load with each durable ledger, beside the one in memory at the same rate, in turn. */
import { join } from 'node:path';
import { Postgres } from '../../test/e2e/postgres.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import { gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { spread, told } from '../harness/stats.ts';
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
  const { folder, upstream, loader, quick, say } = setting;
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
    for (const { port } of subjects) {
      const how = { connections, seconds: quick ? 0.5 : 5 };
      const { answered, seconds } = await loader.run({ port, what, how });
      most.push(answered / seconds);
    }
    // Half of what the slowest can do, so that none is at its limit.
    const how = { rate: Math.min(...most) / 2, seconds: quick ? 0.3 : 4 };
    const found: number[][] = names.map(() => []);
    for (let round = 0; round < (quick ? 2 : 7); round += 1)
      for (const [index, { port }] of subjects.entries())
        found[index]?.push((await loader.run({ port, what, how })).latency.p99);
    say(
      `  ${how.rate.toFixed(0)} a second, p99: ${names.map((name, n) => `${told(spread(found[n] ?? []))} ms ${name}`).join(', ')}`,
    );
    return names.slice(1).map((name, n) => {
      const ratios = spread((found[n + 1] ?? []).map((ms, round) => ms / (found[0]?.[round] ?? Number.NaN)));
      const figure = `p99 at half load with the ${name} ledger against the one in memory`;
      return { figure, target: '≤ 1', measured: told(ratios), held: ratios.middle <= 1 };
    });
  });
}
