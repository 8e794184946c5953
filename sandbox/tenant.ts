import type { Credit } from './credits.ts';
import { createHoldings, type Holdings } from './holdings.ts';
import type { Zones } from './localtime.ts';
import { createProfiles, type Profiles } from './profiles.ts';
import type { Random } from './random.ts';
import type { Reward } from './rewards.ts';
import type { DefinitionSeed, TenantSeed } from './seeds.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Everything one tenant holds. */
export type Tenant = {
  name: string;
  tokens: Tokens;
  profiles: Profiles;
  rewards: Holdings<Reward>;
  definitions: DefinitionSeed[];
  credits: Holdings<Credit>;
  creditDefinitions: DefinitionSeed[];
  throttle: Throttle;
  now: () => number;
  zones: Zones;
};

export type Nature = { now: () => number; random: Random; zones: Zones };

const usualDefinitions: DefinitionSeed[] = [
  { id: 42, handle: 'winback', name: 'We miss you' },
  { id: 6, handle: 'birthday', name: 'Happy birthday' },
];

const usualCreditDefinitions: DefinitionSeed[] = [
  { id: 7, handle: 'store-credit', name: 'Store credit' },
  { id: 8, handle: 'gift-card', name: 'Gift card', maxValue: 500 },
];

/** A tenant as its seed describes it, which holds nothing. */
export function createTenant(seed: TenantSeed, { now, random, zones }: Nature): Tenant {
  const lifetimeSeconds = seed.tokenLifetimeSeconds === undefined ? 3600 : seed.tokenLifetimeSeconds;
  return {
    name: seed.name,
    tokens: createTokens({ credentials: seed.credentials, lifetimeSeconds, now, random }),
    profiles: createProfiles(seed.profiles, random, now),
    rewards: createHoldings<Reward>(now),
    definitions: [...(seed.definitions ?? usualDefinitions)],
    credits: createHoldings<Credit>(now),
    creditDefinitions: [...(seed.creditDefinitions ?? usualCreditDefinitions)],
    throttle: createThrottle(now),
    now,
    zones,
  };
}
