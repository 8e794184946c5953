import type { ActivityHour } from '../api/types.ts';

export const activityKinds = ['issued', 'unfinished', 'parked', 'discarded'] as const;
export type ActivityKind = (typeof activityKinds)[number];

export const activityWords: Readonly<Record<ActivityKind, string>> = Object.freeze({
  issued: 'issued',
  unfinished: 'not done yet',
  parked: 'parked',
  discarded: 'discarded',
});

export type ChartSize = Readonly<{ width: number; height: number }>;

/** One part of an hour's bar, in the units of the drawing. */
export type Bar = Readonly<{ kind: ActivityKind; x: number; y: number; width: number; height: number }>;

/** The bars of a chart, one a hour, the parts of each on top of one another. The highest reaches the top. */
export function barsOf(hours: readonly ActivityHour[], { width, height }: ChartSize): readonly Bar[] {
  const most = Math.max(1, ...hours.map(totalOf));
  const step = width / Math.max(1, hours.length);
  return hours.flatMap((hour, index) => {
    let top = height;
    return activityKinds.flatMap((kind) => {
      const part = (hour[kind] / most) * height;
      top -= part;
      return part === 0
        ? []
        : [{ kind, x: index * step + step * 0.15, y: top, width: step * 0.7, height: part }];
    });
  });
}

/** How many arrived in all these hours, by what has become of them. */
export function sumsOf(hours: readonly ActivityHour[]): Readonly<Record<ActivityKind, number>> {
  const sum = (kind: ActivityKind): number => hours.reduce((total, hour) => total + hour[kind], 0);
  return {
    issued: sum('issued'),
    unfinished: sum('unfinished'),
    parked: sum('parked'),
    discarded: sum('discarded'),
  };
}

/** The chart in one sentence, for those who do not see it. */
export function activityText(hours: readonly ActivityHour[]): string {
  const sums = sumsOf(hours);
  const total = activityKinds.reduce((count, kind) => count + sums[kind], 0);
  if (total === 0) return 'Nothing arrived in the last 24 hours.';
  const parts = activityKinds
    .filter((kind) => sums[kind] > 0)
    .map((kind) => `${sums[kind]} ${activityWords[kind]}`);
  return `${total} arrived in the last 24 hours: ${parts.join(', ')}.`;
}

function totalOf(hour: ActivityHour): number {
  return activityKinds.reduce((total, kind) => total + hour[kind], 0);
}
