import { utcText } from './localtime.ts';
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

/** What a caller asks for, once it is known to be in order. */
export type RewardInput = Omit<Reward, 'id' | 'created_at' | 'updated_at' | 'committedAt'>;

export type Rewards = {
  commit(input: RewardInput): Reward;
  get(id: number): Reward | undefined;
  /** false: there was none. */
  remove(id: number): boolean;
  byExternalId: (externalId: string) => Reward[];
  /** Whose external_id holds this. */
  byPartOfExternalId: (part: string) => Reward[];
  /** In order of commit. */
  all(): Reward[];
};

/** One tenant's rewards. The clock gives epoch milliseconds. */
export function createRewards(now: () => number): Rewards {
  const rewards = new Map<number, Reward>();
  const externalIds = new Map<string, Reward[]>();
  let count = 0;
  return {
    commit(input) {
      count += 1;
      const committedAt = now();
      const time = utcText(committedAt);
      const reward = { id: count, ...input, created_at: time, updated_at: time, committedAt };
      rewards.set(reward.id, reward);
      const { external_id: key } = reward;
      if (key !== null) externalIds.set(key, [...(externalIds.get(key) ?? []), reward]);
      return reward;
    },
    get: (id) => rewards.get(id),
    remove(id) {
      const key = rewards.get(id)?.external_id ?? null;
      if (key !== null)
        externalIds.set(
          key,
          (externalIds.get(key) ?? []).filter((reward) => reward.id !== id),
        );
      return rewards.delete(id);
    },
    byExternalId: (externalId) => externalIds.get(externalId) ?? [],
    byPartOfExternalId: (part) =>
      [...rewards.values()].filter(({ external_id: key }) => key?.includes(part) ?? false),
    all: () => [...rewards.values()],
  };
}
