import type { DeliveryView, EventView } from '../api/types.ts';
import { CopyButton } from '../parts/copybutton.tsx';
import { When } from '../parts/when.tsx';
import { timesIn } from '../words/times.ts';
import { type TimelineLine, sentenceOf, timelineOf } from '../words/timeline.ts';

type TimelineProps = Readonly<{ delivery: DeliveryView; events: readonly EventView[] }>;

const times = timesIn();

/** What happened to a delivery, the oldest first; to be copied for whoever asked. */
export function Timeline({ delivery, events }: TimelineProps) {
  const lines = timelineOf(delivery, events);
  return (
    <>
      <ol class="timeline">
        {lines.map((line, index) => (
          <TimelineItem key={index} {...line} />
        ))}
      </ol>
      <p>
        <CopyButton label="what happened" text={sentenceOf(lines, { time: times.dateTime })} />
      </p>
    </>
  );
}

function TimelineItem({ at, until, text, note }: TimelineLine) {
  return (
    <li>
      <span class="when">
        {at !== undefined && <When at={at} />}
        {until !== undefined && (at === undefined ? 'until ' : ' to ')}
        {until !== undefined && <When at={until} />}
      </span>
      <span>
        {text}
        {note !== undefined && <span class="hint"> {note}</span>}
      </span>
    </li>
  );
}
