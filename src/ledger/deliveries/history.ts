/** The events of a delivery: which are kept, and what each says. Pure functions of plain data. */
import {
  type AttemptNote,
  type Decision,
  type DeliveryEvent,
  type DiscardReason,
  mostEvents,
} from './deliveryadmin.ts';
import type { ParkedReason, WaitingReason } from './deliveries.ts';
import type { StoredDelivery } from '../storedentry.ts';

/** What a delivery may wait, be parked or be discarded for. */
export type AnyReason = WaitingReason | ParkedReason | DiscardReason;

/** As far as its events need it: until `since` is moved, the arrival is not among them, and is known by that. */
type Eventful = Pick<StoredDelivery, 'since' | 'history'>;

/** One more event. Of many, the first and the newest stay, and the arrival before them. */
export function withEvent<D extends Eventful>(delivery: D, event: DeliveryEvent): D {
  const { history } = delivery;
  const kept = history.length < mostEvents - 1 ? history : history.toSpliced(1, 1);
  return { ...delivery, history: [...kept, event] };
}

/** The events of two parts of a delivery's life, the earlier part first. Of many, the first and the newest stay. */
export function joined(
  earlier: readonly DeliveryEvent[],
  later: readonly DeliveryEvent[],
): readonly DeliveryEvent[] {
  const all = [...earlier, ...later];
  return all.length <= mostEvents ? all : [...all.slice(0, 1), ...all.slice(1 - mostEvents)];
}

/** With its arrival among the events: to be called before `since` is moved. */
export function withArrival<D extends Eventful>(delivery: D): D {
  return { ...delivery, history: eventsOf(delivery) };
}

/** All events, the oldest first. */
export function eventsOf({ since, history }: Eventful): readonly DeliveryEvent[] {
  return history[0]?.kind === 'arrived' ? history : [{ at: since, kind: 'arrived' }, ...history];
}

/** The delivery after an attempt that nothing is known of, or of which a note is kept. `date` in milliseconds since the epoch. */
export function withAttempt<D extends Eventful>(delivery: D, note: AttemptNote | undefined, date: number): D {
  return note === undefined ? delivery : withEvent(delivery, { at: date, kind: 'attempted', ...note });
}

/** What somebody decided, as an event. */
export function decided(
  kind: 'replayed' | 'corrected' | 'discarded' | 'erased',
  { by, why }: Decision,
  date: number,
): DeliveryEvent {
  return { at: date, kind, by, why };
}
