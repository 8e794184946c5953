import { utcText } from './localtime.ts';
import { type Filtering, folded, numeric, wantedBy, wildcard } from './externalids.ts';
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
  /** Whom a filter with this value finds. */
  byFilter: (value: string, how: Filtering) => Reward[];
  /** In order of commit. */
  all(): Reward[];
};

/** Rewards by what a comparison sees of their external_id. */
function createIndex(seen: (id: string) => string) {
  const found = new Map<string, Reward[]>();
  return {
    add(reward: Reward) {
      const { external_id: id } = reward;
      if (id !== null) found.set(seen(id), [...(found.get(seen(id)) ?? []), reward]);
    },
    remove({ id, external_id: key }: Reward) {
      if (key !== null)
        found.set(
          seen(key),
          (found.get(seen(key)) ?? []).filter((one) => one.id !== id),
        );
    },
    get: (value: string) => found.get(seen(value)) ?? [],
  };
}

/** One tenant's rewards. The clock gives epoch milliseconds. */
export function createRewards(now: () => number): Rewards {
  const rewards = new Map<number, Reward>();
  const exact = createIndex((id) => id);
  const byFold = createIndex(folded);
  const byNumber = createIndex(numeric);
  let count = 0;
  const where = (finds: (id: string) => boolean) =>
    [...rewards.values()].filter(({ external_id: id }) => id !== null && finds(id));
  const find = (value: string, how: Filtering): Reward[] => {
    switch (how) {
      case 'exact':
      case 'split':
      case 'cut':
      case 'trimmed':
        return exact.get(value);
      case 'folded':
        return byFold.get(value);
      case 'numeric':
        return byNumber.get(value);
      case 'partial':
        return where((id) => id.includes(value));
      case 'wildcard': {
        const pattern = /[%_]/.test(value) ? wildcard(value) : undefined;
        return pattern === undefined ? exact.get(value) : where((id) => pattern.test(id));
      }
      case 'blind':
        return [];
    }
  };
  return {
    commit(input) {
      count += 1;
      const committedAt = now();
      const time = utcText(committedAt);
      const reward = { id: count, ...input, created_at: time, updated_at: time, committedAt };
      rewards.set(reward.id, reward);
      for (const index of [exact, byFold, byNumber]) index.add(reward);
      return reward;
    },
    get: (id) => rewards.get(id),
    remove(id) {
      const reward = rewards.get(id);
      if (reward) for (const index of [exact, byFold, byNumber]) index.remove(reward);
      return rewards.delete(id);
    },
    byExternalId: (externalId) => exact.get(externalId),
    byFilter: (value, how) => [...new Set(wantedBy(value, how).flatMap((each) => find(each, how)))],
    all: () => [...rewards.values()],
  };
}
