import type { Action } from '../actions/action.ts';
import type { ParkedReason, TakenDelivery } from '../ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Keyring } from '../ledger/seal/keyring.ts';
import { keyAsItCame, ownKeyOf } from '../ledger/deliveries/storeddelivery.ts';
import type { Clock } from '../lib/clock.ts';
import { parseExact } from '../lib/exactjson.ts';
import { type Log, errorNames } from '../lib/log.ts';
import { Problem } from '../lib/problem.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Caller } from './attempt.ts';
import { type Accepted, type Issued, Parked } from './delivered.ts';
import type { Deliverer } from './deliverer.ts';
import { keptUntilNotifiedMs } from './events/notifyfor.ts';
import { type IdempotentRequest, toIdempotentRequest } from './idempotentrequest.ts';
import type { WebhookStorage } from './refusedwebhooks.ts';
import { type FailedAttempt, failureNote } from './outcome/attemptnote.ts';
import { toStoredRequest } from './storedrequest.ts';

/** Makes one attempt at a delivery that was taken, for a tenant as it is served now; undefined: it is served no more. */
export type DeliverTaken = (tenant: Tenant | undefined, taken: TakenDelivery) => Promise<void>;

/** How one attempt of a courier ended, once each. */
export type AttemptEnded = Readonly<{
  taken: TakenDelivery;
  seconds: number;
  /** What was thrown, or what it came to. */
  end: Readonly<{ error: unknown }> | Readonly<{ delivered: Issued | Accepted }>;
}>;

type Parts = Readonly<{
  storage: WebhookStorage;
  actions: readonly Action[];
  deliverer: Deliverer;
  clock: Clock;
  random: () => number;
  onEnded: (attempt: AttemptEnded) => void;
}>;

/** Its caller was answered long ago. */
const nobody: Caller = Object.freeze({ isGone: () => false, isWaiting: () => false });

/** After so many milliseconds another attempt is made to open what no known key opens: a new key may be on its way here. */
const keyMs = 60_000;
/** So often that is tried. */
const keyAttempts = 10;

/** After so many attempts whose gateway was gone before they ended, none is made any more: this delivery may be why. */
const mostLapses = 5;

/** What makes an attempt at each delivery that a courier takes, on the way that a fresh webhook goes. */
export function deliverTaken(parts: Parts): DeliverTaken {
  const { clock, onEnded } = parts;
  return async (tenant, taken) => {
    const begun = clock.monotonic();
    const ended = (end: AttemptEnded['end']): void => {
      onEnded({ taken, seconds: (clock.monotonic() - begun) / 1000, end });
    };
    let settled: Promise<void> | undefined;
    try {
      const delivered = await attempt(parts, tenant, taken);
      ended({ delivered });
      if (delivered.status !== 'accepted') ({ settled } = delivered);
    } catch (error) {
      ended({ error });
      await letGo(parts, tenant, taken, { error, tookMs: clock.monotonic() - begun });
    }
    // It is under way until the ledger knows what was made.
    await settled;
  };
}

/** The same attempts, of which none rejects: a bug is logged, and the lease of what was taken gives it back. */
export function loggedAttempts(attempts: DeliverTaken, log: Pick<Log, 'error'>): DeliverTaken {
  return async (tenant, taken) => {
    try {
      await attempts(tenant, taken);
    } catch (error) {
      const names = { tenant: taken.tenant, request_id: taken.id };
      log.error({ ...names, error: errorNames(error) }, 'courier failed');
    }
  };
}

/**
 * Gives a delivery back whose attempt failed for a reason that nobody has recorded yet: a bug, or a copy that is under
 * way. When the ledger is gone the lease ends it.
 */
async function letGo(
  { deliverer }: Parts,
  tenant: Tenant | undefined,
  { held, id, attempts, triedSince }: TakenDelivery,
  failed: FailedAttempt,
): Promise<void> {
  const { error } = failed;
  if (tenant === undefined || error instanceof Parked || error instanceof LedgerUnavailable) return;
  const names = { tenant: tenant.slug, request_id: id };
  try {
    await deliverer.recordFailure(tenant, { request: { names }, held }, failed, { attempts, triedSince });
  } catch (parked) {
    if (!(parked instanceof Parked)) throw parked;
  }
}

/**
 * What a gateway worked on when it died may all be taken at once by the next one. The attempts then begin one by one, in
 * any order, so that one which brings the gateway down again takes fewer of the others along each time.
 */
async function spread({ clock, random }: Parts, { held: { claim } }: TakenDelivery): Promise<void> {
  const leftMs = claim.leasedUntil - clock.monotonic();
  await clock.sleep(Math.max(0, random() * leftMs) / 3);
}

async function attempt(
  parts: Parts,
  tenant: Tenant | undefined,
  taken: TakenDelivery,
): Promise<Issued | Accepted> {
  const { deliveries } = parts.storage;
  if (tenant === undefined) {
    await deliveries.postpone(taken.held.claim, 'suspended', 0);
    return accepted(taken, 'suspended');
  }
  if (taken.lapses >= mostLapses)
    return park(parts.storage, { taken, tenant }, 'gave_up', new LapsedTooOften());
  if (taken.lapses > 0) await spread(parts, taken);
  const key = keyAsItCame(taken.held.claim.key, taken.id);
  const text = parts.storage.keyring.open(taken.webhook, { tenant: taken.tenant, key });
  if (typeof text !== 'string') return unopened(parts, taken, text.fault);
  const request = await requestOf(parts, tenant, { taken, text });
  return taken.fingerprint === ''
    ? deliverAnew(parts, tenant, { request, taken, text })
    : deliverHeld(parts, tenant, { request, taken });
}

/** A webhook that the tenant's rules of today do not allow, or that does not parse by them, is parked with that. */
async function requestOf(
  { actions, storage }: Parts,
  tenant: Tenant,
  { taken, text }: Readonly<{ taken: TakenDelivery; text: string }>,
): Promise<IdempotentRequest> {
  try {
    const action = actions.find(({ name }) => name === taken.action);
    if (action === undefined) throw new Problem('invalid_payload', { detail: 'No such action.' });
    if (!tenant.klaviyo.actions.includes(action.name)) throw new Problem('not_allowed');
    const webhook = action.parse(jsonOf(text), tenant);
    return toIdempotentRequest(tenant, webhook, text, taken.id);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const reason = error.code === 'not_allowed' ? error.code : 'invalid_payload';
    return park(storage, { taken }, reason, error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return parseExact(text.trim());
  } catch (error) {
    throw new Problem('invalid_json', { cause: error });
  }
}

/** The claim that was taken is the right to issue. */
function deliverHeld(
  { deliverer }: Parts,
  tenant: Tenant,
  { request, taken }: Readonly<{ request: IdempotentRequest; taken: TakenDelivery }>,
): Promise<Issued | Accepted> {
  const { held, attempts, triedSince, isReleased } = taken;
  const externalId = taken.externalId ?? request.entry.externalId;
  const claim = { ...held.claim, externalId };
  return deliverer.work(
    tenant,
    { request, held: { ...held, claim }, caller: nobody },
    { attempts, triedSince, isReleased },
  );
}

/**
 * It was parked without a key of its own, so it has to claim that now. Without an id it is a copy of nothing that
 * arrives, however equal that is, and an attempt that was cut off has to find what it made: its key names this delivery.
 * People know it by its id, so it keeps that, and its events.
 */
async function deliverAnew(
  { deliverer, storage }: Parts,
  tenant: Tenant,
  { request, taken, text }: Readonly<{ request: IdempotentRequest; taken: TakenDelivery; text: string }>,
): Promise<Issued | Accepted> {
  const { keyring, deliveries } = storage;
  const { id } = taken;
  const stored = withOwnKey(toStoredRequest(request, { raw: text, tenant, keyring }, { id }), taken);
  const heirKey = stored.entry.key;
  try {
    const delivered = await deliverer.deliver(tenant, stored, nobody);
    await deliveries.drop(taken.held.claim, heirKey);
    return delivered;
  } catch (error) {
    // From then on it is parked under its key, with its own reason.
    if (error instanceof Parked) await deliveries.drop(taken.held.claim, heirKey);
    if (error instanceof Problem && error.code === 'id_reused')
      return park(storage, { taken, tenant }, 'id_reused', error);
    throw error;
  }
}

function withOwnKey(request: IdempotentRequest, taken: TakenDelivery): IdempotentRequest {
  const { entry, withoutId } = request;
  return withoutId ? { ...request, entry: { ...entry, key: ownKeyOf(entry.key, taken) } } : request;
}

async function unopened(
  { storage }: Parts,
  taken: TakenDelivery,
  fault: Exclude<ReturnType<Keyring['open']>, string>['fault'],
): Promise<Accepted> {
  const mayCome = fault === 'key_missing' && taken.attempts < keyAttempts;
  if (!mayCome)
    return park(storage, { taken }, 'unreadable', new Error(`the stored webhook cannot be opened: ${fault}`));
  await storage.deliveries.postpone(taken.held.claim, 'unavailable', keyMs, {
    result: 'unavailable',
    tookMs: 0,
  });
  return accepted(taken, 'unavailable');
}

/** What is parked, and the tenant if its Klaviyo can be told: not of a webhook that nobody can read. */
type ToPark = Readonly<{ taken: TakenDelivery; tenant?: Tenant }>;

async function park(
  { deliveries, parkedMs, parkedRoom }: WebhookStorage,
  { taken: { held, id }, tenant }: ToPark,
  reason: ParkedReason,
  cause: unknown,
): Promise<never> {
  const toOutbox = tenant?.klaviyoEvents !== undefined && parkedRoom.take(tenant.slug, 'unsent');
  const keepMs = toOutbox ? Math.max(parkedMs, keptUntilNotifiedMs) : parkedMs;
  const note =
    cause instanceof Problem
      ? failureNote(reason, { error: cause, tookMs: 0 })
      : { result: reason, tookMs: 0 };
  await deliveries.park(held.claim, { reason, keepMs, toOutbox }, note);
  throw new Parked(id, cause);
}

/** Every gateway that began an attempt at it was gone before it ended. */
class LapsedTooOften extends Error {
  override name = 'LapsedTooOften';
}

function accepted({ id, held }: TakenDelivery, reason: NonNullable<Accepted['reason']>): Accepted {
  return { status: 'accepted', deliveryId: id, externalId: held.claim.externalId, reason };
}
