import type { EventInput } from './eventinput.ts';

/** An event that a Flow would begin with. */
export type RecordedEvent = EventInput;

/** What Klaviyo has recorded. */
export type RecordedEvents = {
  /** Records it, unless one of the same unique_id, profile and metric is there: then the first one stays. */
  add(event: EventInput): void;
  all(): RecordedEvent[];
};

/** Without a unique_id, the time to the second counts as one, as is documented of Create Event. */
export function createRecordedEvents(now: () => number): RecordedEvents {
  const events = new Map<string, RecordedEvent>();
  return {
    add(event) {
      const second = event.time ?? new Date(now()).toISOString();
      const unique = event.uniqueId ?? second.slice(0, 19);
      const key = JSON.stringify([event.metric, Object.entries(event.identifiers), unique]);
      if (!events.has(key)) events.set(key, event);
    },
    all: () => [...events.values()],
  };
}
