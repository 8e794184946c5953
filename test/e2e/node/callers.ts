/** Klaviyo-like callers: a webhook at a steady pace, each tried again after 429, 500, 502, 503 and broken connections. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Reward } from '../../../sandbox/rewards.ts';
import { ada } from '../../support/webhooks.ts';
import { eventually } from '../time.ts';

export type Figures = {
  readonly webhooks: number;
  /** Attempts by what came of them: a status, or `broken`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Webhooks of which Omneo holds no reward. */
  readonly lost: number;
  /** Rewards beyond one for each webhook. */
  readonly doubled: number;
  /** Longest time from an attempt to its answer. */
  readonly slowestMs: number;
  /** Webhooks that were told something after which Klaviyo does not try again. */
  readonly refused: number;
};

export type Callers = {
  /** Resolves when that many more webhooks have had their reward. */
  answered(count: number): Promise<void>;
  /** No more new webhooks; resolves when each has its end, with what it all comes to. */
  stop(rewards: () => readonly Reward[]): Promise<Figures>;
};

// What was accepted is asked for until its reward is there.
const retried = new Set(['202', '429', '500', '502', '503', 'broken']);
// Klaviyo tries for a day. What was accepted may be due after three pauses, which are 35 s at most.
const patienceMs = 60_000;

/** Starts them; the URL is that of the tenant's webhooks. */
export function startCallers(url: string, secret: string, everyMs = 60): Callers {
  // Connections are kept and used again, as those of a busy sender are.
  const dispatcher = new Agent({ connections: 32, allowH2: false });
  const answers: Record<string, number> = {};
  // No two loads share an id: the second one's webhooks would only be repeats.
  const prefix = `steady-${randomUUID()}-`;
  let slowestMs = 0;
  const [ids, refused, sent]: [string[], string[], Promise<void>[]] = [[], [], []];
  const attempt = async (id: string): Promise<string> => {
    const body = JSON.stringify({ id, ...ada, data: { reward_definition_id: 42, amount: 10 } });
    const headers = { 'content-type': 'application/json', 'x-omneo-secret': secret };
    const asked = performance.now();
    try {
      const answer = await request(url, { dispatcher, method: 'POST', headers, body });
      await answer.body.dump();
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - asked));
      return String(answer.statusCode);
    } catch {
      return 'broken'; // Counted and tried again, whatever broke it.
    }
  };
  const deliver = async (id: string): Promise<void> => {
    const end = performance.now() + patienceMs;
    for (let pauseMs = 100; performance.now() < end; pauseMs = Math.min(2 * pauseMs, 2000)) {
      const outcome = await attempt(id);
      answers[outcome] = (answers[outcome] ?? 0) + 1;
      if (outcome === '200') return;
      if (!retried.has(outcome)) return void refused.push(id);
      await sleep(pauseMs);
    }
  };
  const timer = setInterval(() => {
    const id = `${prefix}${ids.length}`;
    ids.push(id);
    sent.push(deliver(id));
  }, everyMs);
  return {
    async answered(count) {
      const enough = (answers['200'] ?? 0) + count;
      const options = { timeoutMs: patienceMs };
      await eventually(`${count} more answers`, () => (answers['200'] ?? 0) >= enough, options);
    },
    async stop(rewards) {
      clearInterval(timer);
      await Promise.all(sent);
      await dispatcher.destroy();
      const own = rewards().filter(({ external_id }) => external_id?.startsWith(prefix));
      const held = new Set(own.map(({ external_id }) => external_id));
      return {
        webhooks: ids.length,
        answers,
        lost: ids.filter((id) => !held.has(id)).length,
        doubled: own.length - held.size,
        refused: refused.length,
        slowestMs,
      };
    },
  };
}
