import type { RestartReason } from './informer/restart.ts';

/** What the control plane tells of itself, for metrics. */
export type Observe = Readonly<{
  /** A key was worked on: `superseded` by a change that came meanwhile, `error` when it has to be tried again. */
  reconciled: (result: 'served' | 'refused' | 'removed' | 'superseded' | 'error', seconds: number) => void;
  /** Keys that wait to be reconciled. */
  queueDepth: (depth: number) => void;
  /** Whether everything of a resource was listed once. */
  synced: (resource: string, synced: boolean) => void;
  /** When the API was last heard of for a resource, in seconds since the epoch. */
  contact: (resource: string, timestamp: number) => void;
  restarted: (resource: string, reason: RestartReason) => void;
  statusWritten: (result: 'written' | 'unchanged' | 'conflict' | 'error') => void;
  leader: (leading: boolean) => void;
}>;
