/** What `npm run bench -- backfill` can be told. */

import type { DeliveryMode } from './tenants.ts';

/** For parseArgs. */
export const backfillFlags = {
  webhooks: { type: 'string' },
  'calls-per-minute': { type: 'string' },
  'minute-ms': { type: 'string' },
  jitter: { type: 'boolean' },
  mode: { type: 'string' },
} as const;

export type BackfillOptions = Readonly<{
  webhooks: number;
  /** What Omneo takes in a scaled minute. */
  callsPerMinute: number;
  /** How long a scaled minute is, in milliseconds. */
  minuteMs: number;
  /** Whether Klaviyo's pauses have any. */
  jitter: boolean;
  /** The tenant's `spec.delivery.mode`; undefined: the gateway chooses. */
  mode: DeliveryMode | undefined;
}>;

/** What was given on the command line. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

/** Reads the flags; `quick` has other defaults. Throws an Error of one sentence. */
export function backfillOptions(given: Given, quick: boolean): BackfillOptions {
  const whole = (name: keyof typeof backfillFlags, initial: number): number =>
    wholeFlag(given, name, initial);
  return {
    webhooks: whole('webhooks', quick ? 20 : 1000),
    callsPerMinute: whole('calls-per-minute', quick ? 20 : 100),
    minuteMs: whole('minute-ms', quick ? 1000 : 6000),
    jitter: given['jitter'] === true,
    mode: modeIn(given['mode']),
  };
}

/** The number that a flag was given. Throws an Error of one sentence. */
export function wholeFlag(given: Given, name: string, initial: number): number {
  const text = given[name] ?? String(initial);
  if (typeof text === 'string' && /^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number from 1 on, not "${String(text)}".`);
}

function modeIn(text: Given[string]): DeliveryMode | undefined {
  if (text === undefined) return undefined;
  if (text === 'durable') return 'Durable';
  if (text === 'synchronous') return 'Synchronous';
  throw new Error(`--mode takes synchronous or durable, not "${String(text)}".`);
}
