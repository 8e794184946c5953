import type { Held } from './holdings.ts';
import type { DefinitionSeed } from './seeds.ts';

/** A committed credit in Omneo's words, amounts as numbers, times as UTC "YYYY-MM-DD HH:mm:ss". */
export type Credit = Held & {
  profile_id: string;
  external_namespace: string | null;
  credit_definition_id: number;
  definition: Pick<DefinitionSeed, 'id' | 'handle'>;
  value_initial: number;
  value_remaining: number;
  timezone: string | null;
  issued_at: string;
  released_at: string | null;
  expires_at: string | null;
  meta: unknown;
};
