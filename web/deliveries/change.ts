import type { DeliveryView } from '../api/types.ts';

/** What a person decides about deliveries that are parked or held. */
export type Change = 'replay' | 'discard';

export const changeWords: Readonly<Record<Change, Readonly<{ verb: string; done: string; means: string }>>> =
  Object.freeze({
    replay: {
      verb: 'Replay',
      done: 'replayed',
      means:
        'The next attempt comes within seconds. Nothing is issued twice: the gateway looks in Omneo first.',
    },
    discard: {
      verb: 'Discard',
      done: 'discarded',
      means:
        'Nothing more is attempted. A reward that Omneo may have made already stays: look there first. ' +
        'The stored webhook is erased. This cannot be undone.',
    },
  });

/** Whether it waits for a budget, which a replay lets it pass. */
export function isHeld({ state, reason }: Pick<DeliveryView, 'state' | 'reason'>): boolean {
  return state === 'waiting' && reason === 'held';
}

/** What a replay means for one that is held. */
export const heldReplay =
  'It passes the budget of the day, and is counted in it all the same. Those that are held beside it stay so.';

/** What may be done to all that a list shows of one state and reason: what is held is replayed one by one alone. */
export function bulkChangesOf(shown: Readonly<{ state: string; reason: string }>): readonly Change[] {
  if (shown.state === 'parked') return ['replay', 'discard'];
  return shown.state === 'waiting' && shown.reason === 'held' ? ['discard'] : [];
}

/** Most deliveries that one request changes. */
export const mostAtOnce = 1000;

/** How many a change is about: `3 deliveries`, or `the first 1000 of more`. */
export function manyWords(count: number, hasMore: boolean): string {
  if (hasMore) return `the ${count} oldest deliveries`;
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}
