/**
 * What the gateway adds to the latency of Omneo, against what the raw program adds: webhooks at half of what the gateway
 * can do with its ledger full, beside the same calls made directly at the same rate.
 */
import { join } from 'node:path';
import { type Contest, latencyLines, latencyRows } from '../harness/latencyrows.ts';
import { baseline, gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import type { Subject } from '../harness/subject.ts';
import { mostOf, tailRounds } from '../harness/tail.ts';
import { withSubjects } from '../harness/with.ts';

const webhooks = { kind: 'webhooks', tenants: 1 } as const;
const calls = { kind: 'reward', base: '/api/v3' } as const;
/** LEDGER_MAX_ENTRIES by default, of which SQLite gets as many. */
const bound = 200_000;
export const latency: Figure = async (setting) => [
  ...(await withLedger(setting, 'in memory', 'memory:')),
  ...(await withLedger(setting, 'on SQLite', `sqlite:${join(setting.folder, 'latency.db')}`)),
];

async function withLedger(setting: Setting, kind: Contest['ledger'], url: string): Promise<readonly Row[]> {
  const { quick, folder, upstream } = setting;
  const entries = quick ? 1000 : bound;
  const env = { LEDGER_URL: url, LEDGER_MAX_ENTRIES: String(entries) };
  const baseOf = (): string => upstream.base();
  const ours = await gateway({ name: `latency-${kind.replace(' ', '-')}`, folder, tenants: 1, baseOf, env });
  const raw = await baseline('raw', folder, upstream.base());
  return withSubjects([ours, raw], (...subjects) => compete(setting, kind, subjects, entries));
}

async function compete(
  setting: Setting,
  ledger: Contest['ledger'],
  [ours, raw]: readonly Subject[],
  entries: number,
): Promise<readonly Row[]> {
  if (ours === undefined || raw === undefined) throw new Error('two programs are needed');
  await fill(setting, ours, entries);
  await mostOf(setting, raw);
  const rate = (await mostOf(setting, ours)) / 2;
  const ways = [
    { port: setting.upstream.port, what: calls },
    { subject: ours, what: webhooks },
    { subject: raw, what: webhooks },
  ];
  const rounds = await tailRounds(setting, ways, rate);
  const [direct = [], gateway = [], bare = []] = ways.map((_, way) =>
    rounds.flatMap((tails) => tails[way] ?? []),
  );
  const contest = { ledger, rate, direct, gateway, raw: bare };
  for (const line of latencyLines(contest)) setting.say(line);
  return latencyRows(contest);
}

/** Until it has as many entries as it keeps. */
async function fill({ loader, say }: Setting, { port, name }: Subject, count: number): Promise<void> {
  const { statuses, seconds } = await loader.run({ port, what: webhooks, how: { connections, count } });
  if (statuses['200'] !== count) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
  say(`  ${name}: ${count} webhooks in the ledger after ${seconds.toFixed(0)} s`);
}
