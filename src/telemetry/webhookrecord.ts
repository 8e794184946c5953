import type { Clock } from '../lib/clock.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../lib/problem.ts';
import { type Ending, type WebhookContext, newWebhookContext, recordFailure } from './webhookcontext.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from './metrics.ts';

type Parts = Readonly<{ config: Config; metrics: Metrics; clock: Clock; log: Log }>;

/** How long nothing more is said of dropped connections: under a flood a line for each would be another flood. */
const quietMs = 60_000;

/** Counts and logs each webhook once, whatever became of it. */
export class WebhookRecord {
  readonly #parts: Parts;
  #quietUntil = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly ended = (ending: Ending): void => {
    const { metrics, log } = this.#parts;
    const { context, status, requestId, seconds, callerGone } = ending;
    metrics.webhookEnded(ending);
    if (context.identityConflict === true) metrics.identityConflict(context.tenant);
    const fields = {
      request_id: requestId,
      tenant: context.tenant,
      code: status,
      outcome: context.outcome,
      problem: context.problem,
      claim: context.claim,
      reward_id: context.rewardId,
      matched_by: context.matchedBy,
      identity_conflict: context.identityConflict,
      duration_ms: seconds === null ? null : Math.round(seconds * 1000),
      caller_gone: callerGone,
      error: context.error,
    };
    log[levelOf(status, context)](fields, 'webhook');
  };

  /** Counts and logs a webhook that the server refused before any handler saw it. */
  readonly refused = (problem: Problem, requestId: string): void => {
    const context = newWebhookContext();
    recordFailure(context, problem);
    this.ended({ context, status: problem.status, requestId, seconds: null, callerGone: null });
  };

  /** Warns, once a minute at most, that connections beyond the limit are closed at once. */
  readonly dropped = (): void => {
    const { config, clock, log } = this.#parts;
    if (clock.monotonic() < this.#quietUntil) return;
    this.#quietUntil = clock.monotonic() + quietMs;
    log.warn({ max_connections: config.maxConnections }, 'connections are closed as they come');
  };
}

/** A reward for a person whose ids disagree is one that somebody should look at. */
function levelOf(status: number, { identityConflict }: WebhookContext): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return status >= 400 || identityConflict === true ? 'warn' : 'info';
}
