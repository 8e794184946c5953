/**
 * Delivers webhooks as Klaviyo does: tries again after 429, 500, 502 and 503 with growing pauses, gives up on
 * anything else. What it does when a connection breaks is not known, so that is a switch.
 */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { type Attempt, acceptedOf, answerOf, toldOf } from './attempt.ts';
import { whole } from './draw.ts';
import { retries, spacing } from './times.ts';
import type { Webhook } from './webhook.ts';

/** How a webhook's story ended for the caller. */
export type End = 'told' | 'accepted' | 'refused' | 'exhausted' | 'silent' | 'unfinished' | 'unsent';

export type Delivery = Readonly<{ webhook: Webhook; attempts: readonly Attempt[]; end: End }>;

/** Makes one attempt on a replica. */
export type Send = (
  webhook: Webhook,
  how: Readonly<{ slot: number; requestId: string; isRetry: boolean; hangUpMs?: number | undefined }>,
) => Promise<Attempt>;

type Options = Readonly<{
  send: Send;
  replicas: number;
  breaks: 'retry' | 'final';
  /** The end of the run. */
  ended: AbortSignal;
  pause: (ms: number, ended: AbortSignal) => Promise<void>;
}>;

const retried = new Set([429, 500, 502, 503]);
/** Of all attempts: those on two replicas at once (only where an id says that they are one). */
const shareTwice = 0.08;
const shareHangUp = 0.05;
/** Of first attempts without an id: those that the caller leaves. */
const shareHangUpWithoutId = 0.35;
const longestPatienceMs = 250;

/** Delivers one webhook; resolves when it was told 200 or 202, has given up, or the run has ended. */
export async function deliver(webhook: Webhook, options: Options): Promise<Delivery> {
  const random = seededRandom(webhook.luck);
  const attempts: Attempt[] = [];
  for (let retry = 0; retry <= retries; retry++) {
    if (retry > 0) await options.pause(spacing(retry, random), options.ended);
    if (options.ended.aborted) return { webhook, attempts, end: 'unfinished' };
    const made = await attempt(webhook, retry, random, options);
    attempts.push(...made);
    const end = endOf(made, options.breaks);
    if (end !== undefined) return { webhook, attempts, end };
  }
  return { webhook, attempts, end: 'exhausted' };
}

/** One attempt, or two at once on different replicas. */
function attempt(webhook: Webhook, retry: number, random: Random, options: Options): Promise<Attempt[]> {
  const { send, replicas } = options;
  const first = whole(random, replicas);
  const twice = random() < shareTwice && webhook.hasId && replicas > 1;
  const slots = twice ? [first, (first + 1 + whole(random, replicas - 1)) % replicas] : [first];
  const share = webhook.hasId || retry > 0 ? shareHangUp : shareHangUpWithoutId;
  return Promise.all(
    slots.map((slot, copy) => {
      const hangUpMs = random() < share ? random() * longestPatienceMs : undefined;
      return send(webhook, {
        slot,
        requestId: `${webhook.n}.${retry}.${copy}`,
        isRetry: retry > 0,
        hangUpMs,
      });
    }),
  );
}

const done = new Set([200, 202]);

/** What the attempts come to; undefined: to be tried again. A refusal counts even beside a success. */
function endOf(made: readonly Attempt[], breaks: Options['breaks']): End | undefined {
  const answers = made.map(answerOf).filter((answer) => answer !== undefined);
  if (answers.some(({ status }) => !done.has(status) && !retried.has(status))) return 'refused';
  if (made.some((attempt) => toldOf(attempt) !== undefined)) return 'told';
  if (made.some((attempt) => acceptedOf(attempt) !== undefined)) return 'accepted';
  return breaks === 'final' && answers.length === 0 ? 'silent' : undefined;
}
