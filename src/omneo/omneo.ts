import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type ObserveCall, OmneoClient } from './client/client.ts';
import type { Send } from './client/transport.ts';
import type { Admission, AttemptKind } from './pace/admission.ts';
import type { Pace } from './pace/pace.ts';
import { type Person, type ProfileMatch, findProfile } from './profiles/profiles.ts';
import { checkDefinition } from './rewards/definitioncheck.ts';
import { type RewardDefinition, listDefinitions } from './rewards/definitions.ts';
import { type ExpectedReward, type Found, findByRawId, identify } from './rewards/identify.ts';
import { type Proofs, ProvenShapes, shapeOf } from './rewards/provenshapes.ts';
import {
  type NewReward,
  type RewardId,
  type RewardRows,
  createReward,
  listRewards,
} from './rewards/rewards.ts';
import { SharedLookups } from './rewards/sharedlookups.ts';
import { TokenSource } from './token/token.ts';

/** One tenant's Omneo, as far as webhooks need it. Every method throws UpstreamError. */
export type Omneo = Readonly<{
  /** Whether an attempt may begin: asked before its first call. Throws nothing. */
  admit: (kind: AttemptKind) => Admission;
  /** Takes the admission of so many attempts at what waits back: nothing was there to attempt. */
  giveBack: (attempts: number) => void;
  findProfile: (person: Person) => Promise<ProfileMatch | null>;
  listRewards: (externalId: string) => Promise<RewardRows>;
  /** As `listRewards`, for an id that nobody is known to have tried: several may share a call, for which `mayWait` lets one wait. */
  listUntried: (externalId: string, mayWait: boolean) => Promise<RewardRows>;
  identify: (rows: RewardRows, expected: ExpectedReward) => Promise<Found>;
  /** As a look-up and `identify`, for an id that no look-up can be trusted with. */
  findByRawId: (expected: ExpectedReward) => Promise<Found>;
  /** A look-up has found this reward. */
  recordFound: (reward: NewReward) => void;
  /** The ledger knows that this reward was issued. */
  wasIssued: (reward: NewReward, rewardId: RewardId) => void;
  /** Whether a look-up would find this reward, as far as is known without asking. */
  isFindable: (reward: NewReward) => boolean;
  /** Whether a look-up that did not find this reward is to be believed: `untried` if nothing like it was created yet. */
  isMissConclusive: (reward: NewReward) => Promise<boolean | 'untried'>;
  /** Throws UpstreamError `rejected` if Omneo says that there is no such reward definition. */
  checkDefinition: (definitionId: number) => Promise<void>;
  createReward: (reward: NewReward, deadline: number) => Promise<RewardId>;
  /** What rewards may be of, by name, for people to choose from. */
  listRewardDefinitions: () => Promise<readonly RewardDefinition[]>;
}>;

export type UpstreamOptions = Readonly<{
  /** Sends requests to any Omneo. */
  send: Send;
  clock: Clock;
  random: () => number;
  timeoutMs: number;
  credentialsRetryMs: number;
  /** What the Omneo with a base URL has shown to find, recorded for every gateway. */
  proofsOf: (baseURL: string) => Proofs;
  /** The pace of calls to the tenant's Omneo, which outlives the tenant's snapshots. */
  paceOf: (tenant: Tenant) => Pace;
  observe: Readonly<{
    call: (tenant: Tenant, call: Parameters<ObserveCall>[0]) => void;
    tokenFetched: (tenant: Tenant, result: string) => void;
    /** What was not as it should be in a token's answer, such as "token_type is missing"; each time it is something new. */
    tokenDeviation: (tenant: Tenant, deviations: string) => void;
    /** Omneo begins, or ceases, to refuse the tenant's credentials; `fields` are the names that it complains about. */
    refused: (tenant: Tenant, refused: boolean, fields: readonly string[]) => void;
    /** Omneo shows a created reward under another `external_id` than it was sent. */
    altered: (tenant: Tenant, rewardId: RewardId) => void;
  }>;
}>;

/** Of so many Omneos it is remembered what they find; one that is forgotten has to show it again. */
const mostOmneos = 20_000;

/**
 * Gives each tenant its Omneo. Token and state hang on the tenant's snapshot: changed credentials make a new
 * snapshot and so a new token, and what nobody serves any more is collected with it. What an Omneo has shown to find
 * hangs on its base URL: it outlives a rotated token.
 */
export function createUpstream(options: UpstreamOptions): (tenant: Tenant) => Omneo {
  const known = new WeakMap<Tenant, Omneo>();
  const shapes = new LRUCache<string, ProvenShapes>({ max: mostOmneos });
  return (tenant) => {
    const { baseURL } = tenant.omneo;
    const found = shapes.get(baseURL) ?? new ProvenShapes(options.clock, options.proofsOf(baseURL));
    shapes.set(baseURL, found);
    const omneo = known.get(tenant) ?? connect(tenant, options, found);
    known.set(tenant, omneo);
    return omneo;
  };
}

function connect(tenant: Tenant, options: UpstreamOptions, shapes: ProvenShapes): Omneo {
  const { send, clock, timeoutMs, observe } = options;
  const pace = options.paceOf(tenant);
  const client = new OmneoClient({
    baseURL: tenant.omneo.baseURL,
    tokens: tokensOf(tenant, options),
    send,
    clock,
    timeoutMs,
    observe: (call) => {
      observe.call(tenant, call);
    },
    calls: pace,
  });
  const lookups = new SharedLookups(client, clock);
  const lookUp = (externalId: string) => listRewards(client, externalId);
  const shapeNow = (reward: NewReward) => shapeOf(reward, clock.now());
  return Object.freeze({
    admit: (kind: AttemptKind) => pace.admit(kind, tenant.omneo.callsPerMinute),
    giveBack: (attempts: number) => {
      pace.giveBack(attempts, tenant.omneo.callsPerMinute);
    },
    findProfile: (person: Person) => findProfile(client, person, tenant.klaviyo.identityHandle),
    listRewards: lookUp,
    listUntried: (externalId: string, mayWait: boolean) => lookups.lookUp(externalId, mayWait),
    identify: (rows: RewardRows, expected: ExpectedReward) =>
      identify(client, rows, { ...expected, isAltering: shapes.isAltering }),
    findByRawId: (expected: ExpectedReward) => findByRawId(client, expected),
    recordFound: (reward: NewReward) => {
      shapes.found(shapeNow(reward));
    },
    wasIssued: (reward: NewReward, rewardId: RewardId) => {
      shapes.exists(shapeNow(reward), { externalId: String(reward['external_id']), rewardId });
    },
    isFindable: (reward: NewReward) => shapes.isProven(shapeNow(reward)),
    isMissConclusive: async (reward: NewReward) => {
      const shape = shapeNow(reward);
      if (await shapes.prove(shape, lookUp)) return true;
      return shapes.isUntried(shape) ? 'untried' : false;
    },
    checkDefinition: (definitionId: number) => checkDefinition(client, definitionId),
    createReward: async (reward: NewReward, deadline: number) => {
      const { rewardId, isAltered } = await createReward(client, reward, deadline);
      const externalId = String(reward['external_id']);
      lookups.created({ externalId, rewardId });
      shapes.created(shapeNow(reward), { externalId, rewardId }, lookUp);
      if (isAltered) {
        shapes.isAltering = true;
        observe.altered(tenant, rewardId);
      }
      return rewardId;
    },
    listRewardDefinitions: () => listDefinitions(client),
  });
}

function tokensOf(
  tenant: Tenant,
  { send, clock, random, timeoutMs, credentialsRetryMs, observe }: UpstreamOptions,
): TokenSource {
  const { credentials } = tenant.omneo;
  return new TokenSource({
    source:
      credentials.kind === 'token'
        ? credentials.token.reveal()
        : async () => {
            // Its OAuth client takes longer to load than many a gateway needs to start: static tokens do without.
            const { requestGrant } = await import('./token/grant.ts');
            return requestGrant(credentials, send, timeoutMs, clock);
          },
    clock,
    random,
    refusedForMs: credentialsRetryMs,
    observe: {
      fetched: (result) => {
        observe.tokenFetched(tenant, result);
      },
      deviation: (deviations) => {
        observe.tokenDeviation(tenant, deviations);
      },
      refused: (refused, fields) => {
        observe.refused(tenant, refused, fields);
      },
    },
  });
}
