import type { HourCount } from '../../../ledger/deliveries/deliveryadmin.ts';
import { writtenTime } from '../requests/time.ts';

const hourMs = 3_600_000;
const hours = 24;

/** When the oldest of the hours begins that are shown, in milliseconds since the epoch. */
export function activityFrom(now: number): number {
  return Math.floor(now / hourMs) * hourMs - (hours - 1) * hourMs;
}

/** What arrived in each hour from `from` on, the oldest first, in the words of the API. */
export function activityAnswer(counts: readonly HourCount[], from: number): object {
  const begins = Array.from({ length: hours }, (_, index) => from + index * hourMs);
  return { hours: begins.map((begin) => hourAnswer(begin, counts)) };
}

function hourAnswer(begin: number, counts: readonly HourCount[]): object {
  const of = (...states: readonly HourCount['state'][]): number =>
    counts
      .filter(({ hour, state }) => hour === begin && states.includes(state))
      .reduce((total, { count }) => total + count, 0);
  return {
    hour: writtenTime(begin),
    issued: of('issued'),
    unfinished: of('pending', 'waiting'),
    parked: of('parked'),
    discarded: of('discarded'),
  };
}
