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
