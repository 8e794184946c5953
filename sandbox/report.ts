import { type HeldKindName, type Kept, type Scene, afterwards } from './scenes.ts';

/** What a scene of the demo was answered: the status, `status` or `code` of the body, and what became of it then. */
export type Played = { scene: Scene; status: number; says: string; becomes?: Kept | 'lost' };

/** What differs from the contract, in a sentence each: the answers, what was kept, and how much of each kind each tenant holds. */
export function differences(
  played: readonly Played[],
  held: (kind: HeldKindName, tenant: string) => number,
): string[] {
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
  return [...answers, ...kept, ...holdings];
}

/** The demo's exit code. */
export function exitCodeOf(differing: readonly string[]): 0 | 1 {
  return differing.length === 0 ? 0 : 1;
}
