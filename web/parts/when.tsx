import { timesIn } from '../words/times.ts';

const times = timesIn();

/** A moment as people here write it. */
export function When({ at, as = 'dateTime' }: Readonly<{ at: string; as?: 'time' | 'dateTime' }>) {
  return (
    <time dateTime={at} title={times.dateTime(at)}>
      {times[as](at)}
    </time>
  );
}
