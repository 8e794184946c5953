import type { ActivityHour } from '../api/types.ts';
import { When } from '../parts/when.tsx';
import { type ChartSize, activityKinds, activityText, activityWords, barsOf } from './activity.ts';

const size: ChartSize = { width: 480, height: 72 };

/** The last 24 hours as bars, in one sentence, and as a table. */
export function ActivityChart({ hours, of }: Readonly<{ hours: readonly ActivityHour[]; of: string }>) {
  return (
    <figure>
      <svg
        viewBox={`0 0 ${size.width} ${size.height + 1}`}
        role="img"
        aria-label={`${of}: ${activityText(hours)}`}
      >
        {barsOf(hours, size).map(({ kind, ...bar }) => (
          <rect key={`${bar.x} ${kind}`} class={kind} {...bar} />
        ))}
        <line x1="0" x2={size.width} y1={size.height + 0.5} y2={size.height + 0.5} />
      </svg>
      <figcaption>{activityText(hours)}</figcaption>
      <details>
        <summary>
          The hours<span class="unseen"> of {of}</span>
        </summary>
        <HoursTable hours={hours} />
      </details>
    </figure>
  );
}

function HoursTable({ hours }: Readonly<{ hours: readonly ActivityHour[] }>) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">from</th>
          {activityKinds.map((kind) => (
            <th key={kind} scope="col">
              {activityWords[kind]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => (
          <tr key={hour.hour}>
            <th scope="row">
              <When at={hour.hour} as="time" />
            </th>
            {activityKinds.map((kind) => (
              <td key={kind}>{hour[kind]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
