/** A segment that falls due at once, against an Omneo that throttles, with Klaviyo's tries, in scaled time. */
import { join } from 'node:path';
import { Pool } from 'undici';
import { systemClock } from '../../src/lib/clock.ts';
import { backfillRows, type BackfillOutcome } from '../harness/backfillrows.ts';
import { personOf } from '../harness/people.ts';
import { gateway } from '../harness/programs.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { type ThrottledOmneo, startThrottledOmneo } from '../harness/throttledomneo.ts';
import { withSubjects } from '../harness/with.ts';
import { Flow, type FlowReport } from '../klaviyo/flow.ts';
import { follow } from '../klaviyo/progress.ts';
import { ScaledClock } from '../klaviyo/scaledclock.ts';
import { secretOf } from '../load/job.ts';

/** Fewer than a tenant may have under way, so that Omneo's limit is the only one. */
const connections = 64;
const minute = 60_000;
/** SETTLE_WINDOW_MS by default, in scaled minutes. */
const settleMinutes = 2;
/** While nothing is due, no longer than this is waited for; by then the settle window and the throttle's minute are over. */
const idleMs = 3 * minute;
/** Without a new reward for so long nothing comes any more: more than a delivery waits for its next attempt at most. */
const quietMs = { accepted: 30 * minute, answered: idleMs };

export const backfill: Figure = async (setting) => {
  const { webhooks: people, callsPerMinute, minuteMs } = setting.backfill;
  const nature = { people, throttlePerMinute: callsPerMinute, throttleMinuteMs: minuteMs };
  const omneo = await startThrottledOmneo(nature);
  try {
    return backfillRows(setting.backfill, await run(setting, omneo));
  } finally {
    omneo.close();
  }
};

async function run({ folder, backfill: options }: Setting, omneo: ThrottledOmneo): Promise<BackfillOutcome> {
  const { minuteMs, mode } = options;
  const env = {
    LEDGER_URL: `sqlite:${join(folder, 'backfill.db')}`,
    SETTLE_WINDOW_MS: String(settleMinutes * minuteMs),
    UPSTREAM_LIMIT_WINDOW_MS: String(minuteMs),
  };
  const program = await gateway({
    name: 'backfill',
    folder,
    tenants: 1,
    baseOf: () => omneo.baseURL,
    env,
    ...(mode && { mode }),
  });
  return withSubjects([program], async ({ port }) => {
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
    try {
      return await send(options, omneo, pool);
    } finally {
      await pool.close();
    }
  });
}

async function send(
  { webhooks, minuteMs, jitter }: Setting['backfill'],
  omneo: ThrottledOmneo,
  pool: Pool,
): Promise<BackfillOutcome> {
  const clock = new ScaledClock(minuteMs, systemClock);
  const post = (webhook: number): Promise<number> => postTo(pool, webhook);
  const flow = new Flow({ post, clock, random: Math.random, jitter, idleMs });
  let sent: Readonly<{ at: number; quietMs: number }> | undefined;
  const sending = flow.send(webhooks).then((report) => {
    sent = { at: clock.now(), quietMs: (report.last['202'] ?? 0) > 0 ? quietMs.accepted : quietMs.answered };
    return report;
  });
  const following = follow(omneo.tally, clock, ({ tally, at }) => {
    if (sent === undefined) return false;
    return tally.made >= webhooks || clock.now() - Math.max(sent.at, at) > sent.quietMs;
  });
  const [report, seen] = await Promise.all<[Promise<FlowReport>, typeof following]>([sending, following]);
  return { report, seen, total: await omneo.tally(), externalIds: await omneo.externalIds() };
}

async function postTo(pool: Pool, webhook: number): Promise<number> {
  const { statusCode, body } = await pool.request({
    path: '/tenant-0/api/v1/webhooks/klaviyo/rewards',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-omneo-secret': secretOf(0) },
    body: JSON.stringify({
      // Of one length, as ids of events are: what Omneo shows to find of one is then known of all.
      id: `backfill-${String(webhook).padStart(8, '0')}`,
      ...personOf(webhook),
      data: { reward_definition_id: 42, amount: 10 },
    }),
  });
  await body.dump();
  return statusCode;
}
