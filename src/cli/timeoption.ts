import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A day, or a time that says its zone: another would mean something else on another machine. */
const day = /^\d{4}-\d{2}-\d{2}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * What `--since` and `--until` mean, as RFC 3339 in UTC: a time, a day in UTC, or how long ago, such as `90m`, `2h`, `3d`.
 *
 * @throws InvalidArgumentError for anything else
 */
export function timeOption(text: string, now: number): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const time = count === undefined ? absolute(text) : Math.max(0, now - Number(count) * (units[unit] ?? NaN));
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Give 90m, 2h or 3d, a day, or a time with its zone.');
  return new Date(time).toISOString();
}

function absolute(text: string): number {
  const [date = ''] = text.split(/t/i);
  // JavaScript takes the 31st of February for a day in March.
  const isThere = new Date(Date.parse(date) || 0).toISOString().startsWith(date);
  return isThere && (day.test(text) || moment.test(text)) ? Date.parse(text.toUpperCase()) : NaN;
}
