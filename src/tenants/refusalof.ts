import type { Registration, Registry } from './registry.ts';

/** One word, and one sentence that names the field, or the object and key, to fix; never a value. */
export type Reason = Readonly<{ reason: string; message: string }>;

/** Why this registration is not served under its slug; undefined if it is. */
export function refusalOf(registry: Registry, { key, slug, resolution }: Registration): Reason | undefined {
  if (registry.holder(slug) !== key) {
    return {
      reason: 'Conflicted',
      message: 'an OmneoTenant with precedence claims its slug; choose another spec.slug.',
    };
  }
  return 'refusal' in resolution ? resolution.refusal : undefined;
}
