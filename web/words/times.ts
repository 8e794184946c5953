/** Times as people write them, in one time zone. */
export type Times = Readonly<{
  /** `10:02`. */
  time: (at: string) => string;
  /** `Tue, 3 Mar 2026, 10:02`. */
  dateTime: (at: string) => string;
}>;

/** Undefined: those of the browser. */
export function timesIn(locale?: string, timeZone?: string): Times {
  const make = (options: Intl.DateTimeFormatOptions): ((at: string) => string) => {
    const format = new Intl.DateTimeFormat(locale, {
      ...options,
      ...(timeZone !== undefined && { timeZone }),
    });
    return (at) => format.format(new Date(at));
  };
  return {
    time: make({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    dateTime: make({ dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
  };
}

/** How long ago, in the largest unit that fits: `3 hours ago`. `now` is in milliseconds since the epoch. */
export function ago(at: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));
  if (minutes < 1) return 'just now';
  if (minutes < 60) return counted(minutes, 'minute');
  if (minutes < 48 * 60) return counted(Math.floor(minutes / 60), 'hour');
  return counted(Math.floor(minutes / 1440), 'day');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
