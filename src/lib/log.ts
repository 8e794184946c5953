import { pino } from 'pino';
import type { Destination } from './output.ts';

export { standardOutput } from './output.ts';

/** The part of pino that the gateway uses. */
export type Log = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>
>;

/** A log of JSON lines: `time` in ISO 8601, `level` as a word, and only the fields that the caller names. */
export function createLog(level: string, destination: Destination): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

/**
 * What may be logged of an error and its causes: name and code, but not the message, since libraries put URLs,
 * headers and bodies there. An error of ours whose message never holds any of it says so by `isClean`.
 */
export function errorNames(error: unknown): string {
  const names: string[] = [];
  for (let cause = error; cause instanceof Error && names.length < 5; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? `(${cause.code})` : '';
    const isClean = 'isClean' in cause && cause.isClean === true;
    names.push(isClean ? cause.message : `${cause.name}${code}`);
  }
  return names.length === 0 ? typeof error : names.join(' < ');
}
