import type { Held } from './holdings.ts';
import type { DefinitionSeed } from './seeds.ts';

/** A committed reward in Omneo's words, amounts as numbers, times as UTC "YYYY-MM-DD HH:mm:ss". */
export type Reward = Held & {
  profile_id: string;
  definition: Pick<DefinitionSeed, 'id' | 'handle'>;
  value_initial: number;
  value_remaining: number;
  timezone: string;
  issued_at: string;
  issued_local_at: string;
  expires_at: string | null;
  expires_local_at: string | null;
  meta: unknown;
};
