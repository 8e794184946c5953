/** How a list of deliveries is cut out of the ranges that it is merged from. Pure functions of plain data. */
import { parkedReasons, waitingReasons } from './deliveries.ts';
import {
  type DeliveryFilter,
  type DeliveryRecord,
  type DeliveryState,
  type ListPlace,
  deliveryStates,
  discardReasons,
} from './deliveryadmin.ts';

/** The states that deliveries of one reason may be in. */
const reasons: Readonly<Partial<Record<DeliveryState, readonly string[]>>> = {
  waiting: waitingReasons,
  parked: parkedReasons,
  discarded: discardReasons,
};

/** The states that what passes the filter may be in. */
export function statesOf({ state, reason }: DeliveryFilter): readonly DeliveryState[] {
  const states = state === undefined ? deliveryStates : [state];
  return reason === undefined ? states : states.filter((each) => reasons[each]?.includes(reason));
}

/** Whether what passes the filter is held: it waits for a budget. */
export function isOfHeld(filter: DeliveryFilter): boolean {
  return filter.reason === 'held' && statesOf(filter).includes('waiting');
}

/** Where a list begins and ends: from `since` on, up to the place (`before`, `beforeId`), which is not in it. */
export type Bounds = Readonly<{ since: number; before: number; beforeId: string }>;

/** The bounds of a list that passes the filter, from a place on. */
export function boundsOf({ since = 0, until = Infinity }: DeliveryFilter, after?: ListPlace): Bounds {
  return after === undefined || until <= after.since
    ? { since, before: until, beforeId: '' }
    : { since, before: after.since, beforeId: after.id };
}

/** The newest of several ranges, each of which has as many of its newest. */
export function newestOf(
  ranges: readonly (readonly DeliveryRecord[])[],
  limit: number,
): readonly DeliveryRecord[] {
  return ranges.flat().sort(byNewest).slice(0, limit);
}

function byNewest(one: ListPlace, other: ListPlace): number {
  return other.since - one.since || (one.id < other.id ? 1 : -1);
}
