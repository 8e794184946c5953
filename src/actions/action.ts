import type { ResourceId } from '../lib/resourceid.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Limits } from '../tenants/limits.ts';
import type { SecretScope, Tenant } from '../tenants/tenant.ts';

/** One kind of thing that a webhook can ask for. Delivery knows actions by this interface alone. */
export interface Action {
  /** The last segment of its path, and the first of its keys in the ledger. */
  readonly name: string;
  /** The field of an answer, and of a log line, that names what was made. */
  readonly idField: string;
  /** The metrics by which Klaviyo is told how a webhook ended. */
  readonly metrics: Readonly<{ issued: string; failed: string }>;
  /**
   * Reads the body of a webhook of this tenant.
   *
   * @throws Problem `invalid_payload`, which names each field that is wrong, and no value.
   */
  parse(body: unknown, tenant: Tenant): ActionRequest;
}

/** A webhook, understood: what it asks for, and how that is found and created. */
export interface ActionRequest {
  readonly action: Pick<Action, 'name' | 'idField' | 'metrics'>;
  /** The idempotency key; null: none was given. */
  readonly id: string | null;
  /** What has to be equal for two webhooks of one id to be the same one. Holds payload values: it is only ever hashed. */
  readonly fingerprint: string;
  /** What of it may be stored and shown in clear. */
  readonly summary: Readonly<Record<string, string | number>>;
  /** Whom it is for. Only ever hashed or sealed. */
  readonly person: Readonly<{ personId: string | null; email: string | null }>;
  /** What it is worth, in whole hundredths of its amount; 0 for what budgets count by number alone. */
  readonly cents: number;
  /** True: no budget counts it, since nothing is given away by it. */
  readonly isFree?: true;
  /**
   * Checks it against limits of its tenant.
   *
   * @throws Problem `not_allowed`, which says which part of it is outside of them, and no limit's value.
   */
  checkLimits(limits: Limits): void;
  /** Whether a webhook secret of this scope may be used to ask for it; what the scope says of actions is not looked at. */
  isWithin(scope: SecretScope): boolean;
  /** Begins one attempt at it. Asks Omneo nothing yet. */
  begin(omneo: Omneo, basis: AttemptBasis): ActionAttempt;
  /** The ledger says that this was made under `externalId`: a look-up that finds it proves that such look-ups do. */
  exists(omneo: Omneo, externalId: string, resourceId: ResourceId): void;
}

/** What an attempt stands on. */
export type AttemptBasis = Readonly<{
  /** What Omneo is to remember it by. */
  externalId: string;
  /** In milliseconds since the epoch. */
  now: number;
  /** When the webhook was first worked on, in milliseconds since the epoch: the same for every attempt at it. */
  claimedAt: number;
  /** Nobody waits for its end, so that a call may wait for others to share it with. */
  mayWait: boolean;
  /**
   * What became of the webhook that asked the same Omneo for something by this action, under this id.
   *
   * @throws LedgerUnavailable
   */
  known: (action: string, id: string) => Promise<Known>;
  /** Null: nobody has tried before. */
  earlier: EarlierAttempt | null;
}>;

/** What became of a webhook: nothing is known of it, it may still come to something, a human decides, or it made this. */
export type Known = Readonly<
  { state: 'none' | 'open' | 'parked' | 'discarded' } | { state: 'issued'; resourceId: ResourceId }
>;

/** An attempt before this one, whose outcome is unknown. */
export type EarlierAttempt = Readonly<{
  /** A create for this very webhook was sent, after a look-up that found nothing. */
  wasSent: boolean;
}>;

/** What Omneo holds under an `external_id`: nothing, what was asked for, or something else. */
export type Existing = Readonly<{ kind: 'none' | 'other' } | { kind: 'same'; resourceId: ResourceId }>;

/** The person that was found, and by what. */
export type PersonMatch = Readonly<{
  /** Its id in Omneo; empty while only an earlier attempt found it. */
  profileId: string;
  matchedBy: string;
  /** The e-mail is known to be of another profile than person_id, which wins. */
  conflict: boolean;
}>;

/** One attempt. Its methods ask Omneo, and throw UpstreamError. */
export interface ActionAttempt {
  /**
   * Looks for the person and, side by side, for what an earlier attempt may have made.
   *
   * @throws Problem when nobody is found, unless what was made for that person is.
   */
  find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>>;
  /** Whether `find` is to be believed when it finds nothing: `untried` if nothing like it was created yet. */
  isMissConclusive(): Promise<boolean | 'untried'>;
  /** Makes sure, as far as reading tells, that Omneo would not refuse to create it. Throws UpstreamError `rejected` if it would. */
  checkCreatable(): Promise<void>;
  /**
   * Creates it, by `deadline` on the monotonic clock. Nothing is sent twice.
   *
   * @throws LedgerUnavailable before anything is sent
   */
  create(deadline: number): Promise<ResourceId>;
  /** After a create of unknown outcome: what is there now. `wasTaken`: Omneo said that the id was taken before. */
  findAgain(wasTaken: boolean): Promise<Existing>;
  /** Whether a look-up would find it, as far as is known without asking. */
  isFindable(): boolean;
}
