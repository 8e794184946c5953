/** Whether webhooks wait for people who search. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manyTenant } from '../../test/e2e/manydeliveries.ts';
import { freePort } from '../../test/e2e/ports.ts';
import type { Postgres } from '../../test/e2e/postgres.ts';
import { gateway } from '../harness/programs.ts';
import { ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

/** So many people search at once, each as fast as they are answered. */
const people = 4;
const token = 'admin-token-of-the-bench';

export const searchFigure = `throughput with ${people} people who search without a pause, against without`;
export const searchTarget = '≥ 0.9';

/** Webhooks on a server that has very many deliveries, by turns with and without people who search them. */
export async function besideSearches(setting: Setting, server: Postgres): Promise<Row> {
  const { folder, upstream, say } = setting;
  // What waits is for no courier of this run: nobody has its key.
  await server.run(
    "UPDATE omneo_gateway.entries SET due_at = now() + interval '1 day' WHERE due_at IS NOT NULL",
    'postgres',
  );
  const [keyFile, tokenFile] = [join(folder, 'console-keys'), join(folder, 'console-token')];
  // Any 32 bytes are a key; these are nobody's.
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'));
  await writeFile(tokenFile, token);
  const port = await freePort();
  const program = await gateway({
    name: 'searched',
    folder,
    tenants: 1,
    baseOf: () => upstream.base(),
    env: {
      LEDGER_URL: server.url(),
      LEDGER_KEY_FILE: keyFile,
      ADMIN_TOKEN_FILE: tokenFile,
      CONSOLE_PORT: String(port),
    },
    mode: 'Durable',
  });
  return withSubjects([program], async (subject) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    let searches = 0;
    const meanwhile = (isOver: () => boolean): Promise<unknown> =>
      Promise.all(
        Array.from({ length: people }, async () => {
          for (; !isOver(); searches += 1) await search(port, searches);
        }),
      );
    const runner = { subject, what, expected: '200' };
    const laps = await rounds(setting, [runner, { ...runner, meanwhile }], { count: 12 });
    const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
    say(`  ${searches} searches meanwhile; webhooks with them against without: ${told(found)}`);
    return { figure: searchFigure, target: searchTarget, measured: told(found), held: found.middle >= 0.9 };
  });
}

/** By turns a customer, a page of what is parked, and the day. */
async function search(port: number, n: number): Promise<void> {
  const tenant = manyTenant(0);
  const paths = [
    `deliveries?tenant=${tenant}&email=person-${n}%40example.com`,
    `deliveries?tenant=${tenant}&state=parked&limit=200`,
    `deliveries?tenant=${tenant}&limit=200`,
    `tenants/${tenant}/activity`,
  ];
  const url = `http://127.0.0.1:${port}/api/v1/${paths[n % paths.length] ?? ''}`;
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`the console answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}
