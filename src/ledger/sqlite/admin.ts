import type { DeliveryAdmin } from '../deliveries/deliveryadmin.ts';
import { inSlices, wholeSlice } from '../deliveries/slices.ts';
import type { AdminArguments } from './admincalls.ts';
import type { CallAnswers, CallArguments } from './calls.ts';

/** Asks the thread that has the database. */
export type AskAdmin = <Name extends keyof AdminArguments>(
  name: Name,
  args: CallArguments[Name],
) => Promise<CallAnswers[Name]>;

/**
 * What people do with the deliveries of a SQLite ledger. Many are changed in slices, between which
 * webhooks have their turn. `onDue` is called when something has become due.
 */
export function sqliteAdmin(ask: AskAdmin, onDue: () => void): DeliveryAdmin {
  const due = <Changed extends number | boolean>(changed: Changed): Changed => {
    if (changed !== false && changed !== 0) onDue();
    return changed;
  };
  return Object.freeze({
    list: (filter, page) => ask('list', { filter, ...page }),
    find: (id) => ask('find', { id }),
    webhookOf: (id) => ask('webhookOf', { id }),
    replayAll: (filter, decision, limit) =>
      inSlices(limit, async (most) =>
        wholeSlice(due(await ask('replayAll', { filter, decision, limit: most }))),
      ),
    replayOne: async (id, decision, correction) => due(await ask('replayOne', { id, decision, correction })),
    discardAll: (filter, decision, limit) =>
      inSlices(limit, async (most) => wholeSlice(await ask('discardAll', { filter, decision, limit: most }))),
    discardOne: (id, decision) => ask('discardOne', { id, decision }),
    erase: async (tenant, digests, decision) => {
      let underWay = 0;
      const erased = await inSlices(Infinity, async (limit) => {
        const slice = await ask('erase', { tenant, digests, decision, limit });
        ({ underWay } = slice);
        return wholeSlice(slice.erased);
      });
      return { erased, underWay };
    },
    activity: (tenant, since) => ask('activity', { tenant, since }),
  } satisfies DeliveryAdmin);
}
