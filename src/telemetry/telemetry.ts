import type { ClaimStatus } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AttemptEnded } from '../delivery/delivertaken.ts';
import type { Notified } from '../delivery/events/notifyoutcome.ts';
import type { Problem } from '../lib/problem.ts';
import type { Tenant, WebhookSecret } from '../tenants/tenant.ts';
import { deliveryFields, deliveryResultOf } from './deliverylog.ts';
import type { Metrics } from './metrics.ts';
import {
  type CompletedWebhook,
  type WebhookContext,
  newWebhookContext,
  recordFailure,
} from './webhookcontext.ts';

type TelemetryParts = Readonly<{ metrics: Metrics; clock: Clock; log: Log; maxConnections: number }>;

/** How long nothing more is logged of dropped connections: under a flood a line for each would be another flood. */
const quietMs = 60_000;

/** What happens to webhooks, as metrics count it and logs record it. */
export class Telemetry {
  readonly #parts: TelemetryParts;
  #quietUntil = -Infinity;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
  }

  /** Counts and logs a webhook, once, whatever became of it. */
  webhookEnded(completed: CompletedWebhook): void {
    const { metrics, log } = this.#parts;
    const { context, status, requestId, seconds, callerGone } = completed;
    metrics.webhookEnded(completed);
    if (context.identityConflict === true) metrics.identityConflict(context.tenant);
    if (context.outcome === 'duplicate') this.foundDuplicate(context);
    if (isNewlyAccepted(context)) metrics.accepted(context.tenant);
    const fields = {
      request_id: requestId,
      tenant: context.tenant,
      action: context.action,
      webhook_secret: context.secret,
      code: status,
      outcome: context.outcome,
      problem: context.problem,
      claim: context.claim,
      [context.resource.idField]: context.resource.id,
      matched_by: context.matchedBy,
      // Only of what is stored, which a synchronous tenant's webhooks never are.
      ...(context.deliveryId !== null && { delivery_id: context.deliveryId }),
      identity_conflict: context.identityConflict,
      duration_ms: seconds === null ? null : Math.round(seconds * 1000),
      caller_gone: callerGone,
      error: context.error,
    };
    log[levelOf(status, context)](fields, 'webhook');
  }

  /** Counts and logs a webhook that the server refused before any handler saw it. */
  webhookRefused(problem: Problem, requestId: string): void {
    const context = newWebhookContext();
    recordFailure(context, problem);
    this.webhookEnded({ context, status: problem.status, requestId, seconds: null, callerGone: null });
  }

  /** Warns, once a minute at most, that connections beyond the limit are closed at once. */
  connectionDropped(): void {
    const { maxConnections, clock, log } = this.#parts;
    if (clock.monotonic() < this.#quietUntil) return;
    this.#quietUntil = clock.monotonic() + quietMs;
    log.warn({ max_connections: maxConnections }, 'connections are closed as they come');
  }

  /** Counts and logs how an attempt of a courier ended. */
  deliveryAttempted(attempt: AttemptEnded): void {
    const result = deliveryResultOf(attempt);
    this.#parts.metrics.deliveryAttempted(attempt.taken.tenant, result);
    this.#parts.log[result === 'parked' || result === 'failed' ? 'warn' : 'info'](
      deliveryFields(attempt),
      'delivery',
    );
  }

  /** Counts and logs what came of notifying Klaviyo of how a webhook ended; nothing of the webhook, nor of Klaviyo's own words. */
  klaviyoNotified({ item, result, status, code, pointer }: Notified): void {
    const { tenant, deliveryId, outcome } = item;
    this.#parts.metrics.klaviyoNotified(tenant, result);
    const about = { delivery_id: deliveryId, tenant, outcome: outcome.kind };
    const answer = { code: status ?? null, problem: code ?? null, pointer: pointer ?? null };
    const fields = { ...about, result, ...answer };
    this.#parts.log[result === 'sent' ? 'info' : 'warn'](fields, 'klaviyo event');
  }

  secretUsed(slug: string, secret: WebhookSecret): void {
    this.#parts.metrics.secretUsed(slug, secret.name);
  }

  /** Counts a webhook that asks for what its secret may not be used for. */
  outsideScope(slug: string, secret: WebhookSecret): void {
    this.#parts.metrics.outsideScope(slug, secret.name);
  }

  claimed(result: ClaimStatus): void {
    this.#parts.metrics.claimed(result);
  }

  /**
   * Counts a webhook whose reward was there before it, if the ledger ought to have known that: a claim is won only when
   * the ledger has no entry, so it was restored from an older backup, replaced or emptied, or the entry has expired.
   */
  foundDuplicate({ tenant, claim }: WebhookContext): void {
    if (claim === 'won') this.#parts.metrics.ledgerForgot(tenant);
  }

  /** Counts what was made for a tenant, with what it is worth. */
  get issued(): Metrics['issued'] {
    return this.#parts.metrics.issued;
  }

  /** Counts a look of the courier for what is due, whether there was anything or not. */
  courierRound(): void {
    this.#parts.metrics.courierRound();
  }

  /** A webhook that was answered before it ended was delivered to a person whose person_id and e-mail are of two profiles. */
  lateIdentityConflict(names: Readonly<{ tenant: string; request_id: string }>): void {
    this.#parts.metrics.identityConflict(names.tenant);
    this.#parts.log.warn(names, 'person_id and e-mail are of two profiles');
  }

  /** Logs how a webhook ended that was answered before. */
  webhookSettled(fields: Readonly<Record<string, unknown>>, isDone: boolean): void {
    this.#parts.log[isDone ? 'info' : 'warn'](fields, 'webhook settled after its answer');
  }

  /** What is called about calls to Omneo. */
  get upstream(): UpstreamTelemetry {
    return upstreamOf(this.#parts);
  }
}

type UpstreamTelemetry = ReturnType<typeof upstreamOf>;

function upstreamOf({ metrics, log }: Pick<TelemetryParts, 'metrics' | 'log'>) {
  return Object.freeze({
    call: metrics.call,
    tokenFetched: (_: Tenant, result: string): void => {
      metrics.tokenFetched(result);
    },
    tokenDeviation: ({ slug }: Tenant, deviations: string): void => {
      const message = `the token is used, but Omneo's answer with it is odd: ${deviations}`;
      log.warn({ tenant: slug }, message);
    },
    refused: (tenant: Tenant, refused: boolean, fields: readonly string[]): void => {
      log.warn(
        { tenant: tenant.slug, ...(fields.length > 0 && { fields }) },
        refused ? 'Omneo refuses the credentials' : 'Omneo accepts the credentials again',
      );
      metrics.credentials(tenant, refused);
    },
    altered: ({ slug }: Tenant, kind: string, id: number | string | bigint): void => {
      // As in `reward_id`, which the lines of its webhook have.
      const idField = `${kind.replace(/s$/, '')}_id`;
      log.warn({ tenant: slug, [idField]: id }, 'Omneo has altered an external_id');
      metrics.externalIdAltered(slug);
    },
  });
}

/** Whether it was stored just now, and is not done. A copy of one that is stored gets no claim. */
function isNewlyAccepted({ outcome, claim }: WebhookContext): boolean {
  return outcome === 'accepted' && (claim === 'won' || claim === 'unconfirmed');
}

/** A webhook for a person whose ids disagree is one that somebody should look at. */
function levelOf(status: number, { identityConflict }: WebhookContext): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return status >= 400 || identityConflict === true ? 'warn' : 'info';
}
