/**
 * The run's clock: what takes hours or minutes in production, compressed by configuration.
 *
 * The order of things is that of production: a create may still arrive, and a look-up may still miss it, for less
 * than the settle window; a lease outlasts a call; the caller's day has room for several of both.
 */
import type { Random } from '../../sandbox/random.ts';

/** All in milliseconds. */
export type Times = Readonly<{
  upstreamTimeout: number;
  answerDeadline: number;
  lease: number;
  settleWindow: number;
  drain: number;
  /** Until Omneo's list shows a reward. Together with the longest stall well below the settle window. */
  lookupLag: number;
  longestStall: number;
  /** The caller gives an attempt up. */
  callerTimeout: number;
  /** For so long after its answer a webhook without an id is remembered: outlasts any pause before a retry. */
  repeatWindow: number;
  /** A webhook equal to another one, both without an id, is sent this long after that one was told 200. */
  apart: number;
}>;

/** Those of a run that has to end without a fault. */
export const usualTimes: Times = Object.freeze({
  upstreamTimeout: 1_000,
  answerDeadline: 800,
  lease: 3_500,
  settleWindow: 6_500,
  drain: 4_000,
  lookupLag: 1_500,
  longestStall: 1_500,
  callerTimeout: 1_600,
  repeatWindow: 21_000,
  // Longer, since a replica that was paused may give its answer after the one that counted, and a ledger that was
  // frozen may hear of it later still.
  apart: 40_000,
});

/** Two look-ups outlast a lease, and nothing but the fence keeps their replica from creating after them. */
export const fenceTimes: Times = Object.freeze({
  ...usualTimes,
  upstreamTimeout: 1_500,
  answerDeadline: 600,
  lease: 1_600,
  settleWindow: 0,
  lookupLag: 0,
  callerTimeout: 1_000,
});

/** Klaviyo's: so many retries in what stands for its 24 hours. */
export const retries = 17;
const firstSpacing = 600;
const growth = 1.22;

/** The pause before a retry, counted from 1, in milliseconds. */
export function spacing(retry: number, random: Random): number {
  return firstSpacing * growth ** (retry - 1) * (0.7 + 0.6 * random());
}

/** With nothing going wrong any more, every webhook is told within this time: by its next attempt, or its twin's. */
export function settlingMs({ settleWindow, lease, apart }: Times): number {
  return spacing(retries, () => 1) + apart + lease + settleWindow;
}
