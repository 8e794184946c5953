import { type HeldKindName, type Kept, type Scene, afterwards, toldAfterwards } from './scenes.ts';

/** What a scene of the demo was answered: the status, `status` or `code` of the body, and what became of it then. */
export type Played = { scene: Scene; status: number; says: string; becomes?: Kept | 'lost' };

/** What there is when all scenes are over: how much of each kind each tenant holds, and how many events of a metric. */
export type Afterwards = {
  held: (kind: HeldKindName, tenant: string) => number;
  told: (metric: string) => number;
};

/** What differs from the contract, in a sentence each: the answers, what was kept, what there is, and what Klaviyo was told. */
export function differences(played: readonly Played[], { held, told }: Afterwards): string[] {
  const answers = played
    .filter(({ scene: { expect }, status, says }) => status !== expect.status || says !== expect.says)
    .map(({ scene: { title, expect } }) => `"${title}" should have been ${expect.status} ${expect.says}`);
  const holdings = Object.entries(afterwards).flatMap(([kind, expected]) =>
    Object.entries(expected)
      .map(([tenant, count]) => ({ tenant, count, found: held(kind as HeldKindName, tenant) }))
      .filter(({ count, found }) => found !== count)
      .map(({ tenant, count, found }) => `${tenant} should hold ${count} ${kind} and holds ${found}`),
  );
  const kept = played
    .filter(({ scene: { expect }, becomes }) => becomes !== expect.becomes)
    .map(
      ({ scene: { title, expect } }) => `"${title}" should have been ${expect.becomes ?? 'kept by nobody'}`,
    );
  const events = Object.entries(toldAfterwards)
    .filter(([metric, count]) => told(metric) !== count)
    .map(
      ([metric, count]) =>
        `Klaviyo should have been told "${metric}" ${count} times, and was ${told(metric)}`,
    );
  return [...answers, ...kept, ...holdings, ...events];
}

/** The demo's exit code. */
export function exitCodeOf(differing: readonly string[]): 0 | 1 {
  return differing.length === 0 ? 0 : 1;
}
