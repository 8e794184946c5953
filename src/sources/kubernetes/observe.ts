import type { Resource } from './api/resources.ts';
import type { RestartReason } from './informer/restart.ts';

type Collection = Pick<Resource, 'name' | 'namespace'>;

/** What the control plane does, for metrics. */
export type Observe = Readonly<{
  /**
   * A key was worked on: `superseded` by a change that came meanwhile, `deferred` until everything is listed, `error` when
   * it has to be tried again.
   */
  reconciled: (
    result: 'served' | 'refused' | 'removed' | 'superseded' | 'deferred' | 'error',
    seconds: number,
  ) => void;
  /** Keys that wait to be reconciled. */
  queueDepth: (depth: number) => void;
  /** Whether everything of a collection was listed once. */
  synced: (collection: Collection, synced: boolean) => void;
  /** When the API last sent something of a collection, in seconds since the epoch. */
  contact: (collection: Collection, timestamp: number) => void;
  restarted: (collection: Collection, reason: RestartReason) => void;
  statusWritten: (result: 'written' | 'unchanged' | 'conflict' | 'error') => void;
  leader: (leading: boolean) => void;
}>;
