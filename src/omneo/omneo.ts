import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { ResourceId } from '../lib/resourceid.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type Attributes, attributesOf } from './attributes/attributes.ts';
import type { WriteTurns } from './attributes/turns.ts';
import { BenefitDefinitions } from './benefits/benefitdefinitions.ts';
import { type ObserveCall, OmneoClient } from './client/client.ts';
import type { Send } from './client/transport.ts';
import { type Interactions, interactionsOf } from './interactions/interactions.ts';
import { SentPlaces } from './interactions/sentplaces.ts';
import { ShownInteractions } from './interactions/shown.ts';
import { type KindName, forEachKind } from './kinds.ts';
import type { Admission, AttemptKind } from './pace/admission.ts';
import type { Pace } from './pace/pace.ts';
import { type Person, type ProfileMatch, findProfile } from './profiles/profiles.ts';
import { type Proofs, ProvenShapes } from './resources/provenshapes.ts';
import { type Resources, resourcesOf } from './resources/resources.ts';
import { TokenSource } from './token/token.ts';

/** One tenant's Omneo, as far as webhooks need it. Every method throws UpstreamError. */
export type Omneo = Readonly<{
  /** Whether an attempt may begin: asked before its first call. Throws nothing. */
  admit: (kind: AttemptKind) => Admission;
  /** Takes the admission of so many attempts at what waits back: nothing was there to attempt. */
  giveBack: (attempts: number) => void;
  findProfile: (person: Person) => Promise<ProfileMatch | null>;
  benefitDefinitions: Pick<BenefitDefinitions, 'idOf' | 'check'>;
  interactions: Interactions;
  attributes: Attributes;
}> &
  Readonly<Record<KindName, Resources>>;

export type UpstreamOptions = Readonly<{
  /** Sends requests to any Omneo. */
  send: Send;
  clock: Clock;
  random: () => number;
  timeoutMs: number;
  credentialsRetryMs: number;
  /** What the Omneo with a base URL has shown to find of a kind, recorded for every gateway. */
  proofsOf: (baseURL: string, kind: KindName | 'interactions') => Proofs;
  /** Orders the webhooks for one thing in the tenant's Omneo, among all gateways. */
  turnsOf: (tenant: Tenant) => WriteTurns;
  /** The pace of calls to the tenant's Omneo, which outlives the tenant's snapshots. */
  paceOf: (tenant: Tenant) => Pace;
  observe: Readonly<{
    call: (tenant: Tenant, call: Parameters<ObserveCall>[0]) => void;
    tokenFetched: (tenant: Tenant, result: string) => void;
    /** What was not as it should be in a token's answer, such as "token_type is missing"; each time it is something new. */
    tokenDeviation: (tenant: Tenant, deviations: string) => void;
    /** Omneo begins, or ceases, to refuse the tenant's credentials; `fields` are the names that it complains about. */
    refused: (tenant: Tenant, refused: boolean, fields: readonly string[]) => void;
    /** Omneo shows something that was created under another `external_id` than it was sent. */
    altered: (tenant: Tenant, kind: KindName, resourceId: ResourceId) => void;
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
  const shapes = new LRUCache<string, Shapes>({ max: mostOmneos });
  return (tenant) => {
    const { baseURL } = tenant.omneo;
    const found = shapes.get(baseURL) ?? noShapes(options, baseURL);
    shapes.set(baseURL, found);
    const omneo = known.get(tenant) ?? connect(tenant, options, found);
    known.set(tenant, omneo);
    return omneo;
  };
}

type Shapes = Readonly<Record<KindName, ProvenShapes> & { interactions: ShownInteractions }>;

function noShapes({ clock, proofsOf }: UpstreamOptions, baseURL: string): Shapes {
  const shapes = forEachKind((_, name) => new ProvenShapes(clock, proofsOf(baseURL, name)));
  return { ...shapes, interactions: new ShownInteractions(clock, proofsOf(baseURL, 'interactions')) };
}

function connect(tenant: Tenant, options: UpstreamOptions, shapes: Shapes): Omneo {
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
  const resources = forEachKind((kind, name) => {
    const onAltered = (resourceId: ResourceId) => {
      observe.altered(tenant, name, resourceId);
    };
    return resourcesOf({ client, kind, clock, shapes: shapes[name], onAltered });
  });
  return Object.freeze({
    admit: (kind: AttemptKind) => pace.admit(kind, tenant.omneo.callsPerMinute),
    giveBack: (attempts: number) => {
      pace.giveBack(attempts, tenant.omneo.callsPerMinute);
    },
    findProfile: (person: Person) => findProfile(client, person, tenant.klaviyo.identityHandle),
    benefitDefinitions: new BenefitDefinitions(client, clock),
    interactions: interactionsOf({
      client,
      shown: shapes.interactions,
      sent: new SentPlaces(options.proofsOf(tenant.omneo.baseURL, 'interactions')),
    }),
    attributes: attributesOf({ client, clock, turns: options.turnsOf(tenant) }),
    ...resources,
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
