import type { Fault } from './faults.ts';
import type { Operation } from './operation.ts';

/** One call as it ended: with a status, or without any answer. */
export type Call = {
  /** Epoch milliseconds. */
  at: number;
  tenant: string;
  operation: Operation;
  status: number | 'reset' | 'hang';
  /** Whether a write took effect. */
  committed: boolean;
  externalId?: string;
  fault?: Fault['kind'];
};

export type Journal = {
  add(call: Call): void;
  calls(): Call[];
  /** Calls by "tenant operation". */
  byOperation(): Record<string, number>;
  /** Calls by "tenant operation status". */
  byStatus(): Record<string, number>;
};

const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

/** Remembers and counts every call, also those that a fault spoilt. */
export function createJournal(): Journal {
  const calls: Call[] = [];
  const operations = new Map<string, number>();
  const statuses = new Map<string, number>();
  return {
    add(call) {
      calls.push(call);
      increment(operations, `${call.tenant} ${call.operation}`);
      increment(statuses, `${call.tenant} ${call.operation} ${call.status}`);
    },
    calls: () => [...calls],
    byOperation: () => Object.fromEntries(operations),
    byStatus: () => Object.fromEntries(statuses),
  };
}
