/** Writes what is known of the webhooks that something is wrong with, for people to read. */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindOf } from './actions/actions.ts';
import { type Attempt, answerOf } from './attempt.ts';
import type { Evidence, Outcome } from './outcome.ts';

/** What happened to all so long before and after a story belongs to it, in milliseconds. */
const aroundMs = 10_000;

type Line = Readonly<{ at: number; text: string }>;

/** Writes the histories of an outcome's suspects; resolves with the file's path. */
export async function writeHistories(
  { suspects, contradictions }: Outcome,
  evidence: Evidence,
  { seed, folder }: { seed: number; folder: string },
): Promise<string> {
  const logs = await readLogs(folder);
  const stories = suspects.map((key) => storyOf(key, evidence, logs));
  const path = join(tmpdir(), `omneo-gateway-chaos-${seed}-${Date.now()}.txt`);
  await writeFile(path, [...contradictions, ...stories, ''].join('\n\n'));
  return path;
}

/** Everything that is known of one key; `logs` has the lines of each request and each delivery, and under '' those of none. */
export function storyOf(
  key: string,
  { deliveries, books, unfinished, calls, injected }: Evidence,
  logs: ReadonlyMap<string, readonly Line[]>,
): string {
  const its = deliveries.filter(({ webhook }) => webhook.key === key);
  const booked = books.flatMap((book) => book.booked.filter((one) => one.key === key));
  const stored = unfinished.filter((one) => one.key === key);
  const named = its.flatMap(({ attempts }) => attempts.map((attempt) => answerOf(attempt)?.deliveryId));
  const deliveryIds = new Set([...named, ...stored.map(({ deliveryId }) => deliveryId)]);
  const ids = new Set([key, ...booked.map(({ externalId }) => externalId)]);
  const lines = [
    ...its.flatMap(({ attempts }) =>
      attempts.flatMap((attempt) => [...linesOf(attempt), ...(logs.get(attempt.requestId) ?? [])]),
    ),
    ...[...deliveryIds].flatMap((id) => (id === undefined ? [] : (logs.get(id) ?? []))),
    ...calls
      .filter(({ externalId }) => externalId !== undefined && ids.has(externalId))
      .map(({ at, operation, status, committed, externalId, fault }) => ({
        at,
        text: `omneo    ${operation} ${externalId ?? ''} -> ${status}${committed ? ', committed' : ''}${fault ? ` (${fault})` : ''}`,
      })),
    ...booked.map((one) => ({
      at: one.committedAt,
      text: `books    ${kindOf(one.action).noun} ${JSON.stringify(one)}`,
    })),
  ];
  const begun = Math.min(...lines.map(({ at }) => at));
  const ended = Math.max(...lines.map(({ at }) => at));
  const around = [
    ...injected.map(({ name, at }) => ({ at, text: `injected ${name}` })),
    ...(logs.get('') ?? []),
  ].filter(({ at }) => at >= begun - aroundMs && at <= ended + aroundMs);
  const ends = [
    ...its.map(({ webhook, end }) => `${JSON.stringify(webhook)}: ${end}`),
    ...stored.map(({ deliveryId, state, reason }) => `ledger: delivery ${deliveryId} ${state}, ${reason}`),
  ];
  return [`== ${key}`, ...ends, ...[...lines, ...around].sort((a, b) => a.at - b.at).map(write)].join('\n');
}

const write = ({ at, text }: Line): string => `${new Date(at).toISOString()} ${text}`;

function linesOf({ requestId, slot, process, sentAt, endedAt, outcome }: Attempt): Line[] {
  return [
    { at: sentAt, text: `caller   attempt ${requestId} to replica ${slot} (process ${process[0]})` },
    { at: endedAt, text: `caller   attempt ${requestId}: ${JSON.stringify(outcome)}` },
  ];
}

/** The gateways' log lines, by request or delivery; under '' those that belong to none. */
async function readLogs(folder: string): Promise<Map<string, Line[]>> {
  const logs = new Map<string, Line[]>();
  for (const file of (await readdir(folder)).filter((name) => name.startsWith('gateway-'))) {
    for (const text of (await readFile(join(folder, file), 'utf8')).split('\n')) {
      const [, time] = /"time":"([^"]+)"/.exec(text) ?? [];
      const [, request = ''] = /"(?:request|delivery)_id":"([^"]+)"/.exec(text) ?? [];
      if (time === undefined) continue;
      const line = { at: Date.parse(time), text: `${file.slice(0, -4)} ${text}` };
      const known = logs.get(request);
      if (known) known.push(line);
      else logs.set(request, [line]);
    }
  }
  return logs;
}
