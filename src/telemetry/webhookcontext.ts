import type { ClaimStatus } from '../ledger/ledger.ts';
import { errorNames } from '../lib/log.ts';
import type { Outcome, Problem, ProblemCode } from '../lib/problem.ts';
import type { ResourceId } from '../lib/resourceid.ts';

/** What is known of one webhook while it passes through; counted and logged once, at its end. */
export type WebhookContext = {
  /** A registered slug, or `unknown`. */
  tenant: string;
  /** The name of what it asks for, or `unknown`. */
  action: string;
  /** `<secret>/<key>` of the webhook secret that the caller has; null: none, or nobody looked. */
  secret: string | null;
  /** It came with a rehearsal secret: however it ends, no customer goes without. */
  isRehearsal: boolean;
  outcome: Outcome;
  problem: ProblemCode | null;
  /** Null: none was asked for, or none has come. */
  claim: ClaimStatus | null;
  /** What was made, under the name that a log line gives it. */
  resource: Readonly<{ idField: string; id: ResourceId | null }>;
  matchedBy: string | null;
  /** The delivery that it is stored as, if the answer says so. */
  deliveryId: string | null;
  /** Whether person_id and e-mail are of two profiles; null: nobody looked. */
  identityConflict: boolean | null;
  /** Names of errors behind a failure, for the log. */
  error: string | null;
};

/** How a webhook ended, as it is counted and logged. */
export type CompletedWebhook = Readonly<{
  context: WebhookContext;
  status: number;
  requestId: string;
  /** Time until the answer. Null, like `callerGone`, if the request could not be read. */
  seconds: number | null;
  callerGone: boolean | null;
}>;

type ContextAction = Readonly<{ name: string; idField: string }>;

/** The request could not be read. */
const noAction: ContextAction = Object.freeze({ name: 'unknown', idField: 'reward_id' });

/** The context of a webhook of which nothing is known yet; unless somebody records more, it ends as a bug. */
export function newWebhookContext(action: ContextAction = noAction): WebhookContext {
  return {
    tenant: 'unknown',
    action: action.name,
    secret: null,
    isRehearsal: false,
    outcome: 'internal',
    problem: null,
    claim: null,
    resource: { idField: action.idField, id: null },
    matchedBy: null,
    deliveryId: null,
    identityConflict: null,
    error: null,
  };
}

/** Records the failure that a webhook ended in. */
export function recordFailure(context: WebhookContext, { code, outcome, cause, deliveryId }: Problem): void {
  context.deliveryId = deliveryId ?? null;
  context.problem = code;
  context.outcome = context.isRehearsal ? 'rehearsed' : outcome;
  if (cause !== undefined) context.error = errorNames(cause);
}
