import type { AttributeType } from './attributes.ts';

/** What a tenant's clients may present. */
export type Credentials = {
  clientId: string;
  clientSecret: string;
  /** With a password: the grant type "password" is open too. */
  username?: string;
  password?: string;
  /** Static API tokens; they never expire. */
  tokens?: string[];
};

export type IdentitySeed = {
  handle: string;
  identifier: string;
  /** Shown as it is given, since servers write flags in several ways; default true. */
  isActive?: boolean | number | string;
};

export type ProfileSeed = {
  /** A UUID; made from the sandbox's seed if absent. An id that is known already replaces that profile. */
  id?: string;
  email?: string;
  firstName?: string;
  identities?: IdentitySeed[];
  /** Omneo's word, such as "active", "pending" or "deleted". */
  profileType?: string;
  /** The id of the profile that this one was merged into. */
  mergedInto?: string;
};

export type DefinitionSeed = {
  id: number;
  handle: string;
  /** Default: its handle. */
  name?: string;
  maxValue?: number;
};

export type BenefitDefinitionSeed = DefinitionSeed & {
  /** How many there are to give; default: any number. */
  allocations?: number;
  /** As Omneo writes times, in UTC; none are given from then on. */
  endAt?: string;
};

/** An attribute that profiles may have. */
export type AttributeDefinitionSeed = { namespace: string; handle: string; type: AttributeType };

export type TenantSeed = {
  /** The first path segment. */
  name: string;
  credentials: Credentials;
  /** Default 3600; null: tokens do not expire, and the answer has no expires_in. */
  tokenLifetimeSeconds?: number | null;
  profiles: ProfileSeed[];
  /** Default: 42 "winback" and 6 "birthday", without a maximum. */
  definitions?: DefinitionSeed[];
  /** Default: 3 "birthday-gift", 4 "last-seat", of which there is one, and 5 "last-summer", which has ended. */
  benefitDefinitions?: BenefitDefinitionSeed[];
  /** Default: 7 "store-credit", and 8 "gift-card" of 500 at most. */
  creditDefinitions?: DefinitionSeed[];
  /** Default: pet:breed (text), loyalty:visits (a whole number), loyalty:score (a number), preferences:paperless (true or false). */
  attributeDefinitions?: AttributeDefinitionSeed[];
};
