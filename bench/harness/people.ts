/** Who is known to the Omneo that keeps rewards. */

/** The token that it takes, which the tenants of the bench have. */
export const omneoToken = 'bench-token';

/** One person, as a webhook names her. */
export function personOf(number: number): Readonly<{ person_id: string; email: string }> {
  return { person_id: `01BENCH${number}`, email: `person-${number}@example.com` };
}
