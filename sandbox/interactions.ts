import type { Held } from './holdings.ts';

/** A committed interaction in Omneo's words, times as UTC "YYYY-MM-DD HH:mm:ss". It has no external_id of its own. */
export type Interaction = Held & {
  profile_id: string;
  action: string;
  channel: string;
  signal: number;
  name: string;
  namespace: string;
  description: string | null;
  url: string | null;
  tags: string[];
  interacted_at: string;
  interacted_type: string | null;
  interacted_id: number | null;
  meta: unknown;
};
