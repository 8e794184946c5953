import type { Log } from '../lib/log.ts';
import type { Registration } from './registration.ts';
import type { Registry } from './registry.ts';

/** One word, and one sentence that names the field, or the object and key, to fix; never a value. */
export type Reason = Readonly<{ reason: string; message: string }>;

/**
 * Logs when a tenant begins to be served and when it ceases, wherever it comes from. What is found at the start is
 * one line: there may be ten thousand tenants.
 */
export function logServing(registry: Registry, log: Pick<Log, 'info' | 'warn'>): void {
  let isLoaded = false;
  registry.onLoaded(() => {
    isLoaded = true;
    log.info(countsOf(registry), 'tenants are loaded');
  });
  registry.onChanged(({ slug, before, after }) => {
    const [old, key] = [servedKey(before), servedKey(after)];
    if (old === key) return;
    if (old !== undefined) {
      const { reason, message } = whyNoMore(registry, slug, old);
      log.warn({ tenant: slug, key: old, reason }, `${old} is no longer served: ${message}`);
    }
    if (key !== undefined && isLoaded) log.info({ tenant: slug, key, reason: 'Ready' }, `${key} is served`);
  });
}

function servedKey(registration: Registration | undefined): string | undefined {
  return registration && 'tenant' in registration.resolution ? registration.key : undefined;
}

function whyNoMore(registry: Registry, slug: string, key: string): Reason {
  const now = registry.registration(key);
  const refusal = now?.slug === slug ? whyNotServed(registry, now) : undefined;
  if (refusal) return refusal;
  return now
    ? { reason: 'SlugChanged', message: 'its OmneoTenant has another slug now.' }
    : { reason: 'Deleted', message: 'its OmneoTenant was deleted.' };
}

function countsOf(registry: Registry): Readonly<{ served: number; not_served: number }> {
  const slugs = registry.slugs();
  const served = slugs.filter((slug) => 'tenant' in (registry.get(slug) ?? {})).length;
  return { served, not_served: slugs.length - served };
}

/** Why this registration is not served under its slug; undefined if it is. */
export function whyNotServed(
  registry: Registry,
  { key, slug, resolution }: Registration,
): Reason | undefined {
  if (registry.holder(slug) !== key) {
    return {
      reason: 'Conflicted',
      message: 'an OmneoTenant with precedence claims its slug; choose another spec.slug.',
    };
  }
  return 'refusal' in resolution ? resolution.refusal : undefined;
}
