/** The durable ledger for several replicas beside the one in memory. */
import { Postgres } from '../../test/e2e/postgres.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import { gateway } from '../harness/programs.ts';
import { column, ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

const figure = 'throughput with the Postgres ledger against the one in memory';
const target = '≥ 0.50';
const calls = 'statements of the Postgres ledger per webhook';

export const postgresLedger: Figure = async (setting) => {
  try {
    const server = await Postgres.start({ settings: ['track_activities = on'] });
    try {
      return await compare(setting, server);
    } finally {
      await server.remove();
    }
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    return [{ figure, target, measured: 'not measured: there is no postgres', held: null }];
  }
};

async function compare(setting: Setting, server: Postgres): Promise<readonly Row[]> {
  const { folder, upstream, say } = setting;
  const program = (name: string, env = {}) =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), env });
  const programs = [await program('in-memory'), await program('in-postgres', { LEDGER_URL: server.url() })];
  return withSubjects(programs, async (...subjects) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    const runners = subjects.map((subject) => ({ subject, what, expected: '200' }));
    const laps = await rounds(setting, runners, { count: 12 });
    subjects.forEach(({ name }, index) => {
      const perSecond = column(laps, index, (lap) => lap.perSecond);
      say(`  ${name}: ${told(perSecond, 0)} webhooks a second`);
    });
    const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
    const perWebhook = await commitsPerEntry(server);
    return [
      { figure, target, measured: told(found), held: found.middle >= 0.5 },
      { figure: calls, target: '≤ 2.1', measured: perWebhook.toFixed(2), held: perWebhook <= 2.1 },
    ];
  });
}

/** Each statement is one transaction; those that made the schema, and checks, are few beside them. */
async function commitsPerEntry(server: Postgres): Promise<number> {
  const [row] = await server.run(
    `SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres')::float8
      / (SELECT greatest(count(*), 1) FROM omneo_gateway.entries) AS share`,
  );
  return Number(row?.['share']);
}
