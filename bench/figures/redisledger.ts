/** The shared ledger beside the one in memory. */
import { findServer, Server } from '../../test/ledger/redis/server.ts';
import { gateway } from '../harness/programs.ts';
import { column, ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

const figure = 'throughput with the Redis ledger against the one in memory';
const target = '≥ 0.70';

export const redisLedger: Figure = async (setting) => {
  const path = await findServer('redis-server');
  if (path === undefined)
    return [{ figure, target, measured: 'not measured: there is no redis-server', held: null }];
  const server = await Server.start(path);
  try {
    return [await compare(setting, server.url)];
  } finally {
    await server.remove();
  }
};

async function compare(setting: Setting, url: string): Promise<Row> {
  const { folder, upstream, say } = setting;
  const program = (name: string, env = {}) =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), env });
  const programs = [await program('in-memory'), await program('in-redis', { LEDGER_URL: url })];
  return withSubjects(programs, async (...subjects) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    const runners = subjects.map((subject) => ({ subject, what, expected: '200' }));
    const laps = await rounds(setting, runners, { count: 6 });
    subjects.forEach(({ name }, index) => {
      say(
        `  ${name}: ${told(
          column(laps, index, (lap) => lap.perSecond),
          0,
        )} webhooks a second`,
      );
    });
    const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
    return { figure, target, measured: told(found), held: found.middle >= 0.7 };
  });
}
