/** The SQLite ledger beside the one in memory. */
import { join } from 'node:path';
import { gateway } from '../harness/programs.ts';
import { column, connections, inTurn, ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { ratios, spread, told } from '../harness/stats.ts';
import type { Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';

const what = { kind: 'webhooks', tenants: 1 } as const;

export const sqliteLedger: Figure = async (setting) => {
  const { folder, upstream } = setting;
  const program = (name: string, env = {}) =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), env });
  const url = `sqlite:${join(folder, 'bench.db')}`;
  const programs = [await program('beside-sqlite'), await program('in-sqlite', { LEDGER_URL: url })];
  return withSubjects(programs, async (...subjects) => [
    await compare(setting, subjects),
    await turns(setting, subjects),
  ]);
};

async function compare(setting: Setting, subjects: readonly Subject[]): Promise<Row> {
  const runners = subjects.map((subject) => ({ subject, what, expected: '200' }));
  const laps = await rounds(setting, runners, { count: 12 });
  subjects.forEach(({ name }, index) => {
    const perSecond = column(laps, index, (lap) => lap.perSecond);
    const micros = column(laps, index, (lap) => lap.cpuMicroseconds);
    setting.say(`  ${name}: ${told(perSecond, 0)} webhooks a second, ${told(micros, 0)} µs of CPU for one`);
  });
  const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
  const figure = 'throughput with the SQLite ledger against the one in memory';
  return { figure, target: '≥ 0.70', measured: told(found), held: found.middle >= 0.7 };
}

/** The longest turn of both programs' event loops under full load, by turns. */
async function turns({ loader, quick, say }: Setting, subjects: readonly Subject[]): Promise<Row> {
  const all: (readonly number[])[] = [];
  for (let round = 0; round < (quick ? 1 : 9); round += 1)
    all.push(
      await inTurn(round, subjects, (subject) =>
        subject.longestTurn(() =>
          loader.run({ port: subject.port, what, how: { connections, seconds: quick ? 0.3 : 2 } }),
        ),
      ),
    );
  const [memory = [], sqlite = []] = subjects.map((_, index) =>
    all.map((round) => round[index] ?? Number.NaN),
  );
  say(`  longest turn: ${told(spread(memory), 1)} ms in memory, ${told(spread(sqlite), 1)} ms in SQLite`);
  const found = spread(ratios(sqlite, memory));
  const figure =
    'longest turn of the event loop at full load, with the SQLite ledger against the one in memory';
  return { figure, target: '≤ 1.5', measured: told(found), held: found.middle <= 1.5 };
}
