import type { Condition, ConditionType } from './conditions.ts';

/** What an Event says. `reason` and `action` are words of a short list. */
export type TenantEvent = Readonly<{
  type: 'Normal' | 'Warning';
  reason: string;
  action: string;
  note: string;
}>;

const actions: Readonly<Record<ConditionType, string>> = {
  Accepted: 'Accept',
  ResolvedRefs: 'ResolveRefs',
  Ready: 'Serve',
  Stalled: 'Serve',
  WithinLimits: 'Reserve',
};

/** Reasons for not being Ready that no other condition shows. */
const ownReasons: ReadonlySet<string> = new Set(['Suspended', 'CredentialsRejected']);

/** What happened between two sets of conditions; the same state in other words is nothing new. */
export function transitions(
  before: readonly Condition[],
  after: readonly Condition[],
): readonly TenantEvent[] {
  const old = new Map(before.map((condition) => [condition.type, condition]));
  return after.flatMap((condition) => {
    const last = old.get(condition.type);
    const isOther = last?.status !== condition.status || last.reason !== condition.reason;
    // Of budgets the sentence tells the day: those that are spent again are something new.
    const isNew = isOther || (condition.type === 'WithinLimits' && last.message !== condition.message);
    return isNew && isShown(condition, last) ? [eventOf(condition)] : [];
  });
}

/** Credentials rotated while the tenant was served. */
export function rotation(secrets: readonly string[]): TenantEvent {
  const names = secrets.slice(0, 10).join(', ');
  return {
    type: 'Normal',
    reason: 'SecretRotated',
    action: 'ResolveRefs',
    note: `New values of Secret ${names} are in use.`,
  };
}

function isShown({ type, status, reason }: Condition, last: Condition | undefined): boolean {
  switch (type) {
    case 'Accepted':
      return true;
    case 'ResolvedRefs':
      return status === 'False' || (status === 'True' && last?.status === 'False');
    case 'Ready':
      return status === 'True' || ownReasons.has(reason);
    case 'Stalled':
      return false;
    case 'WithinLimits':
      return status === 'False';
  }
}

function eventOf({ type, status, reason, message }: Condition): TenantEvent {
  const isGood = status === 'True' || reason === 'Suspended';
  return { type: isGood ? 'Normal' : 'Warning', reason, action: actions[type], note: message.slice(0, 1024) };
}
