import { type Attributes, createAttributes } from './attributes.ts';
import type { Benefit } from './benefits.ts';
import type { Credit } from './credits.ts';
import type { Interaction } from './interactions.ts';
import { createHoldings, type Holdings } from './holdings.ts';
import type { Zones } from './localtime.ts';
import { createProfiles, type Profiles } from './profiles.ts';
import type { Random } from './random.ts';
import type { Reward } from './rewards.ts';
import type { AttributeDefinitionSeed, BenefitDefinitionSeed, DefinitionSeed, TenantSeed } from './seeds.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Everything one tenant holds. */
export type Tenant = {
  name: string;
  tokens: Tokens;
  profiles: Profiles;
  rewards: Holdings<Reward>;
  definitions: DefinitionSeed[];
  benefits: Holdings<Benefit>;
  benefitDefinitions: BenefitDefinitionSeed[];
  credits: Holdings<Credit>;
  creditDefinitions: DefinitionSeed[];
  interactions: Holdings<Interaction>;
  attributes: Attributes;
  attributeDefinitions: AttributeDefinitionSeed[];
  throttle: Throttle;
  now: () => number;
  zones: Zones;
};

export type Nature = { now: () => number; random: Random; zones: Zones };

const usualDefinitions: DefinitionSeed[] = [
  { id: 42, handle: 'winback', name: 'We miss you' },
  { id: 6, handle: 'birthday', name: 'Happy birthday' },
];

const usualBenefitDefinitions: BenefitDefinitionSeed[] = [
  { id: 3, handle: 'birthday-gift', name: 'Birthday gift' },
  { id: 4, handle: 'last-seat', name: 'The last seat', allocations: 1 },
  { id: 5, handle: 'last-summer', name: 'Last summer', endAt: '2024-09-01 00:00:00' },
];

const usualCreditDefinitions: DefinitionSeed[] = [
  { id: 7, handle: 'store-credit', name: 'Store credit' },
  { id: 8, handle: 'gift-card', name: 'Gift card', maxValue: 500 },
];

const usualAttributeDefinitions: AttributeDefinitionSeed[] = [
  { namespace: 'pet', handle: 'breed', type: 'string' },
  { namespace: 'loyalty', handle: 'visits', type: 'integer' },
  { namespace: 'loyalty', handle: 'score', type: 'float' },
  { namespace: 'preferences', handle: 'paperless', type: 'boolean' },
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
    benefits: createHoldings<Benefit>(now),
    benefitDefinitions: [...(seed.benefitDefinitions ?? usualBenefitDefinitions)],
    credits: createHoldings<Credit>(now),
    creditDefinitions: [...(seed.creditDefinitions ?? usualCreditDefinitions)],
    interactions: createHoldings<Interaction>(now),
    attributes: createAttributes(now),
    attributeDefinitions: [...(seed.attributeDefinitions ?? usualAttributeDefinitions)],
    throttle: createThrottle(now),
    now,
    zones,
  };
}
