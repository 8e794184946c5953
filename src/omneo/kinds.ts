import { benefitKind } from './benefits/benefitkind.ts';
import { creditKind } from './credits/creditkind.ts';
import type { ResourceKind } from './resources/kind.ts';
import { rewardKind } from './rewards/rewardkind.ts';

/** Every kind of things that the gateway makes in an Omneo, by the name of its action. */
const kinds = Object.freeze({ rewards: rewardKind, benefits: benefitKind, credits: creditKind });

export type KindName = keyof typeof kinds;

/** Something for each kind, under its name. */
export function forEachKind<T>(
  make: (kind: ResourceKind, name: KindName) => T,
): Readonly<Record<KindName, T>> {
  const { rewards, benefits, credits } = kinds;
  return Object.freeze({
    rewards: make(rewards, 'rewards'),
    benefits: make(benefits, 'benefits'),
    credits: make(credits, 'credits'),
  });
}
