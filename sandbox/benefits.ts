import type { Held } from './holdings.ts';
import type { BenefitDefinitionSeed } from './seeds.ts';

/** A committed benefit in Omneo's words. Its times stay as they were sent: benefits do not convert them. */
export type Benefit = Held & {
  profile_id: string;
  definition: Pick<BenefitDefinitionSeed, 'id' | 'handle'>;
  value: number | null;
  timezone: string;
  issued_at: string;
  expires_at: string | null;
  meta: unknown;
};
