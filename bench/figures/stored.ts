/** What it costs to store the webhook with its claim: a durable tenant beside a synchronous one, on the same ledger. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Postgres } from '../../test/e2e/postgres.ts';
import { MissingTool } from '../../test/e2e/tools/tool.ts';
import { gateway } from '../harness/programs.ts';
import { column, lapsOfStarts, ratio } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import type { Program } from '../harness/subject.ts';

type Mode = 'Durable' | 'Synchronous';
type Kind = 'SQLite' | 'Postgres';

const figureOf = (kind: Kind): string => `throughput with the webhook stored against without, on ${kind}`;
const target = '≥ 0.85';

export const stored: Figure = async (setting) => [await onSqlite(setting), await onPostgres(setting)];

async function onSqlite(setting: Setting): Promise<Row> {
  const { folder } = setting;
  return compare(setting, 'SQLite', (mode) => ({
    LEDGER_URL: `sqlite:${join(folder, `stored-${mode}.db`)}`,
  }));
}

/** Each has a database of its own, so that neither's table grows by the other's webhooks. */
async function onPostgres(setting: Setting): Promise<Row> {
  try {
    const server = await Postgres.start();
    try {
      for (const database of ['durable', 'synchronous']) await server.run(`CREATE DATABASE ${database}`);
      const keyFile = join(setting.folder, 'stored-keys');
      // Any 32 bytes are a key; these are nobody's.
      await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'));
      return await compare(setting, 'Postgres', (mode) => ({
        LEDGER_URL: server.url({ database: mode.toLowerCase() }),
        LEDGER_KEY_FILE: keyFile,
      }));
    } finally {
      await server.remove();
    }
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    return {
      figure: figureOf('Postgres'),
      target,
      measured: 'not measured: there is no postgres',
      held: null,
    };
  }
}

async function compare(
  setting: Setting,
  kind: Kind,
  envOf: (mode: Mode) => Readonly<Record<string, string>>,
): Promise<Row> {
  const { folder, upstream, say } = setting;
  const program = (mode: Mode): Promise<Program> =>
    gateway({
      name: `${kind}-${mode}`,
      folder,
      tenants: 1,
      baseOf: () => upstream.base(),
      env: envOf(mode),
      mode,
    });
  const programs = [await program('Synchronous'), await program('Durable')];
  const laps = await lapsOfStarts(setting, programs);
  programs.forEach(({ name }, index) => {
    say(
      `  ${name}: ${told(
        column(laps, index, (lap) => lap.perSecond),
        0,
      )} webhooks a second`,
    );
  });
  const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
  return { figure: figureOf(kind), target, measured: told(found), held: found.middle >= 0.85 };
}
