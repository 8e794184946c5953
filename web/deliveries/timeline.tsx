import type { DeliveryView, EventView } from '../api/types.ts';
import { When } from '../parts/when.tsx';
import { timelineOf } from '../words/timeline.ts';

type TimelineProps = Readonly<{ delivery: DeliveryView; events: readonly EventView[] }>;

/** What happened to a delivery, the oldest first. */
export function Timeline({ delivery, events }: TimelineProps) {
  return (
    <ol class="timeline">
      {timelineOf(delivery, events).map(({ at, until, text, note }, index) => (
        <li key={index}>
          <span class="when">
            {at !== undefined && <When at={at} />}
            {at !== undefined && until !== undefined && ' to '}
            {at === undefined && until !== undefined && 'until '}
            {until !== undefined && <When at={until} />}
          </span>
          <span>
            {text}
            {note !== undefined && <span class="hint"> {note}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
