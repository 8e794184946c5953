import type { Resolution } from './tenant.ts';

/** One OmneoTenant's claim to a slug, and what serving it would mean. */
export type Registration = Readonly<{
  /** `<namespace>/<name>` */
  key: string;
  slug: string;
  /** `metadata.creationTimestamp` in milliseconds since the epoch. */
  createdAt: number;
  resolution: Resolution;
}>;

/** Who is served: the oldest claim, then the alphabetically first key (the precedence rule of Gateway API). */
export function winner<R extends Registration>(claims: Iterable<R>): R | undefined {
  let first: R | undefined;
  for (const each of claims) if (!first || precedes(each, first)) first = each;
  return first;
}

function precedes(a: Registration, b: Registration): boolean {
  return a.createdAt === b.createdAt ? a.key < b.key : a.createdAt < b.createdAt;
}
