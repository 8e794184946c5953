import { pathOf } from '../../../lib/paths.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Registration } from '../../../tenants/registration.ts';
import { isSlug } from '../../../tenants/resolve.ts';
import type { Refusal } from '../../../tenants/tenant.ts';
import { fieldsOf, stringsOf } from '../api/object.ts';
import { limitFindings, type SpentOfDay } from './limitreports.ts';

export type ConditionType = 'Accepted' | 'ResolvedRefs' | 'Ready' | 'Stalled' | 'WithinLimits';
export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A `metav1.Condition`. */
export type Condition = Readonly<{
  type: ConditionType;
  status: ConditionStatus;
  reason: string;
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}>;

/** How many deliveries of an OmneoTenant are not done, and the time of the oldest that waits, as a status shows them. */
export type ShownDeliveries = Readonly<{ waiting: number; parked: number; oldestWaiting?: string }>;

/** The status of an OmneoTenant, as far as it is the gateway's. */
export type Status = Readonly<{
  observedGeneration: number;
  slug?: string;
  path?: string;
  deliveries?: ShownDeliveries;
  conditions: readonly Condition[];
}>;

/** What decides on the status of an OmneoTenant. */
export type Facts = Readonly<{
  registration: Registration;
  generation: number;
  /** Key of the OmneoTenant that has the slug. */
  holder: string | undefined;
  /** Name of the Secret whose credentials Omneo refuses. */
  refusedSecret: string | undefined;
  /** Names of the fields that Omneo rejects, as one text. */
  rejectedFields?: string;
  deliveries?: ShownDeliveries | undefined;
  /** Undefined: it has no budget. */
  budget?: SpentOfDay | 'unknown' | undefined;
}>;

/** What a condition says. */
export type Finding = Readonly<{
  type: ConditionType;
  status: ConditionStatus;
  reason: string;
  message: string;
}>;

export const conditionTypes: readonly string[] = [
  'Accepted',
  'ResolvedRefs',
  'Ready',
  'Stalled',
  'WithinLimits',
] satisfies ConditionType[];

/** Nobody but a human gets a tenant out of these. A Secret that is not there yet may still come by itself. */
const terminal: ReadonlySet<string> = new Set([
  'Invalid',
  'Conflicted',
  'SecretKeyMissing',
  'InvalidSecret',
  'CredentialsRejected',
]);

/** The status that an OmneoTenant is to have; a condition whose status stays keeps its time. */
export function desiredStatus(facts: Facts, shown: unknown, now: number): Status {
  const { registration, generation, deliveries, budget } = facts;
  const old = new Map(conditionsOf(shown).map((condition) => [condition.type, condition]));
  const time = timestamp(now);
  const ofLimits = budget === undefined ? [] : limitFindings(budget, old.get('WithinLimits'));
  const conditions = [...findings(facts), ...ofLimits].map((finding) => {
    const { status, lastTransitionTime } = old.get(finding.type) ?? {};
    const since = status === finding.status && lastTransitionTime ? lastTransitionTime : time;
    return Object.freeze({ ...finding, observedGeneration: generation, lastTransitionTime: since });
  });
  const { slug } = registration;
  const place = isSlug(slug) ? { slug, path: pathOf(slug, 'rewards') } : {};
  return Object.freeze({
    observedGeneration: generation,
    ...place,
    ...(deliveries && { deliveries }),
    conditions,
  });
}

/** A time in milliseconds since the epoch as a status shows it, without fractions of a second. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Whether two statuses say the same, apart from times, from the counts of deliveries, and from the conditions of others. */
export function equalInMeaning(shown: unknown, desired: Status): boolean {
  const { observedGeneration, slug, path, deliveries } = fieldsOf(shown);
  const conditions = conditionsOf(shown);
  const meaning = meaningOf({ observedGeneration, slug, path, deliveries, conditions });
  return isDeepStrictEqual(meaning, meaningOf(desired));
}

/** Whether the status says that another OmneoTenant has the slug. */
export function isConflicted(status: unknown): boolean {
  return conditionsOf(status).some(({ type, reason }) => type === 'Accepted' && reason === 'Conflicted');
}

/** The conditions in a status that are the gateway's. */
export function conditionsOf(status: unknown): readonly Condition[] {
  const { conditions } = fieldsOf(status);
  return (Array.isArray(conditions) ? conditions : [])
    .map(conditionOf)
    .filter(({ type }) => conditionTypes.includes(type));
}

function conditionOf(value: unknown): Condition {
  const { observedGeneration } = fieldsOf(value);
  const { type = '', status = '', reason = '', message = '', lastTransitionTime = '' } = stringsOf(value);
  return {
    type: type as ConditionType,
    status: status as ConditionStatus,
    reason,
    message,
    observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : -1,
    lastTransitionTime,
  };
}

type Shown = Readonly<Record<keyof Status, unknown>> & Readonly<{ conditions: readonly Condition[] }>;

/** What a status says, whenever it came about: of deliveries no more than whether they are counted. */
export function meaningOf({
  observedGeneration,
  slug,
  path,
  deliveries,
  conditions,
}: Status | Shown): unknown {
  const timeless = conditions.map((condition) => ({ ...condition, lastTransitionTime: '' }));
  const sorted = timeless.sort((a, b) => conditionTypes.indexOf(a.type) - conditionTypes.indexOf(b.type));
  return { observedGeneration, slug, path, isCounted: deliveries !== undefined, conditions: sorted };
}

function findings(facts: Facts): readonly Finding[] {
  const { resolution } = facts.registration;
  const refusal = 'refusal' in resolution ? resolution.refusal : undefined;
  const accepted = acceptance(facts, refusal);
  // That Klaviyo cannot be told anything keeps no webhook from being served.
  const { klaviyoEvents } = ('tenant' in resolution ? resolution.tenant : resolution.suspended) ?? {};
  const ofEvents = klaviyoEvents && 'refusal' in klaviyoEvents ? klaviyoEvents.refusal : undefined;
  const resolved = references(refusal === undefined || refusal.condition === 'Ready' ? ofEvents : refusal);
  const ready = readiness(facts, { accepted, refusal });
  const stalling = [accepted, resolved, ready].find(
    ({ status, reason }) => ready.status === 'False' && status === 'False' && terminal.has(reason),
  );
  return [
    accepted,
    resolved,
    ready,
    ...(stalling ? [{ ...stalling, type: 'Stalled', status: 'True' } as const] : []),
  ];
}

function acceptance({ registration, holder }: Facts, refusal: Refusal | undefined): Finding {
  const type = 'Accepted';
  if (refusal?.condition === type)
    return { type, status: 'False', reason: refusal.reason, message: refusal.message };
  if (holder === registration.key) {
    return { type, status: 'True', reason: 'Accepted', message: 'The spec is valid and holds its slug.' };
  }
  const winner = holder ?? 'another OmneoTenant';
  const message =
    `Slug ${registration.slug} belongs to ${winner}, which claimed it first. ` +
    'Delete that one to take over, or this one, and create it with a slug of its own.';
  return { type, status: 'False', reason: 'Conflicted', message };
}

function references(refusal: Refusal | undefined): Finding {
  const type = 'ResolvedRefs';
  if (refusal?.condition === 'Accepted') {
    return { type, status: 'Unknown', reason: 'NotAccepted', message: 'The spec has to be valid first.' };
  }
  return refusal?.condition === type
    ? { type, status: 'False', reason: refusal.reason, message: refusal.message }
    : { type, status: 'True', reason: type, message: 'Every Secret and key was found and is usable.' };
}

type Found = Readonly<{ accepted: Finding; refusal: Refusal | undefined }>;

function readiness(
  { registration, refusedSecret, rejectedFields = '' }: Facts,
  { accepted, refusal }: Found,
): Finding {
  const no = (reason: string, message: string): Finding => ({
    type: 'Ready',
    status: 'False',
    reason,
    message,
  });
  if (accepted.status !== 'True') return no('NotAccepted', accepted.message);
  if (refusal?.condition === 'ResolvedRefs') return no('RefsNotResolved', refusal.message);
  if (refusal) return no(refusal.reason, refusal.message);
  if (refusedSecret !== undefined) {
    return no(
      'CredentialsRejected',
      `Omneo refuses the credentials in Secret ${refusedSecret}${rejectedFields && ` (${rejectedFields})`}; ` +
        'correct the Secret, or let them in at Omneo.',
    );
  }
  const message = `Webhooks are served at ${pathOf(registration.slug, 'rewards')}.`;
  return { type: 'Ready', status: 'True', reason: 'Ready', message };
}
