/** How fast the bundle starts, and how much memory it holds when nothing happens, beside programs that do next to nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Started, bareRss, emptyMs, emptyRss, startBundle } from '../harness/idle.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { ratios, spread, told } from '../harness/stats.ts';
import { writeTenants } from '../harness/tenants.ts';
import { writeKubeconfig } from '../../test/e2e/kubeconfig.ts';

type Way = Readonly<{ words: string; env: Readonly<Record<string, string>> }>;

/** One round, with the bundle's starts in the order of the ways. */
type Round = Readonly<{ empty: number; bare: number; starts: readonly Started[] }>;

const most = { start: 3.5, rss: 1.1 } as const;

export const start: Figure = async (setting) => {
  const { quick, say } = setting;
  const ways = await waysOf(setting);
  const idleMs = quick ? 100 : 2000;
  const rounds: Round[] = [];
  for (let round = 0; round < (quick ? 1 : 9); round++) {
    const [empty, bare] = [await emptyMs(), await bareRss(idleMs)];
    const starts: Started[] = [];
    for (const { env } of ways) starts.push(await startBundle(env, idleMs));
    rounds.push({ empty, bare, starts });
  }
  const empty = told(spread(rounds.map((round) => round.empty)), 0);
  const bare = told(spread(rounds.map((round) => round.bare)), 0);
  say(
    `  an empty Node program: ${empty} ms from start to end, RSS ${(await emptyRss(idleMs)).toFixed(0)} MB`,
  );
  say(`  a bare one with a server, the client and a date: RSS ${bare} MB`);
  return ways.flatMap(({ words }, way) => rowsOf(rounds, words, way, say));
};

async function waysOf({ folder, upstream }: Setting): Promise<readonly Way[]> {
  const dir = join(folder, 'start-tenants');
  await writeTenants(dir, 1, () => upstream.base());
  const kubeconfig = join(folder, 'start.kubeconfig');
  // Nobody is there: it listens all the same, and goes on asking.
  const caFile = join(folder, 'start.ca');
  await writeFile(caFile, rootCertificates[0] ?? '');
  await writeKubeconfig(kubeconfig, { server: 'https://127.0.0.1:1', caFile, token: 'none' });
  return [
    { words: 'a folder', env: { TENANTS_DIR: dir } },
    { words: 'Kubernetes', env: { KUBECONFIG: kubeconfig, POD_NAMESPACE: 'gateway' } },
  ];
}

function rowsOf(rounds: readonly Round[], words: string, way: number, say: Setting['say']): readonly Row[] {
  const of = (key: keyof Started): readonly number[] =>
    rounds.map(({ starts }) => starts[way]?.[key] ?? Number.NaN);
  const tell = (key: keyof Started): string => told(spread(of(key)), 0);
  say(
    `  tenants from ${words}: listens after ${tell('ms')} ms, says so after ${tell('saidMs')} ms, RSS ${tell('rss')} MB`,
  );
  const row = (figure: string, found: readonly number[], target: number): Row => {
    const seen = spread(found);
    return { figure, target: `≤ ${target} ×`, measured: `${told(seen)} ×`, held: seen.middle <= target };
  };
  const [empty, bare] = [rounds.map((round) => round.empty), rounds.map((round) => round.bare)];
  return [
    row(
      `start to listening, tenants from ${words}, over an empty Node program from start to end`,
      ratios(of('ms'), empty),
      most.start,
    ),
    row(
      `RSS idle, tenants from ${words}, over a bare program with the same parts of Node`,
      ratios(of('rss'), bare),
      most.rss,
    ),
  ];
}
