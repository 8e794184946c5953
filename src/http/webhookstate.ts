import type { Context } from 'koa';
import type { WaitingReason } from '../ledger/deliveries/deliveries.ts';
import type { WebhookContext } from '../telemetry/webhookcontext.ts';
import type { Tenant, WebhookSecret } from '../tenants/tenant.ts';
import type { Body } from './body/body.ts';

/** What the steps of a webhook hand on; each is there from the step on that is named. */
export type WebhookState = {
  /** assignRequestId */
  requestId: string;
  /** observe */
  context: WebhookContext;
  /** limitProcess: on the monotonic clock, the moment by which the answer leaves. */
  deadline: number;
  /** authenticate */
  tenant: Tenant;
  /** authenticate: the one that the caller has. */
  secret: WebhookSecret;
  /** authenticate: whether the webhook is stored if need be, since its tenant's delivery is durable and it is no rehearsal. */
  mayStore: boolean;
  /** authenticate, limitConcurrency: why the webhook is only accepted, with an attempt in so many milliseconds; null: it is attempted now. */
  postponed: Readonly<{ reason: WaitingReason; dueInMs: number }> | null;
  /** readJson: the body as it came; absent: none has come yet. */
  raw?: string;
  /** readJson */
  body: Body;
  /** observe: what goes on after the answer; it keeps the webhook's places. */
  work: Promise<unknown>;
};

/** A request to the public port. */
export type WebhookExchange = Context & { state: WebhookState; params: Readonly<Record<string, string>> };

/** One step, with one concern. */
export type Step = (ctx: WebhookExchange, next: () => Promise<unknown>) => Promise<unknown>;
