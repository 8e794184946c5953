import type { DefinitionSeed } from './seeds.ts';

/** A committed reward in Omneo's words, amounts as numbers, times as UTC "YYYY-MM-DD HH:mm:ss". */
export type Reward = {
  id: number;
  profile_id: string;
  external_id: string | null;
  definition: Pick<DefinitionSeed, 'id' | 'handle'>;
  value_initial: number;
  value_remaining: number;
  timezone: string;
  issued_at: string;
  issued_local_at: string;
  expires_at: string | null;
  expires_local_at: string | null;
  meta: unknown;
  created_at: string;
  updated_at: string;
  /** Epoch milliseconds; not part of Omneo's answers. */
  committedAt: number;
};
