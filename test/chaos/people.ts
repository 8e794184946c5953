/** Whom the webhooks are about, in the tenants of examples/ and of the sandbox's sample. */
import type { ProfileSeed } from '../../sandbox/seeds.ts';

export const tenants = Object.freeze(['acme', 'bloom']);

/** What a webhook says about a person, and the profile that it means. */
export type Person = Readonly<{ personId: string; email: string; profileId: string }>;

const perTenant = 24;
/** An id by which Omneo finds a profile that nobody means. */
const unknown = 'UNKNOWN';
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** The profiles that are added to a tenant, and one that nobody means: its identity is inactive. */
export function profilesOf(tenant: string): ProfileSeed[] {
  const former = {
    id: `${hex(tenants.indexOf(tenant) + 1, 8)}-bbbb-4bbb-8bbb-${hex(0, 12)}`,
    email: `former@${tenant}.example`,
    identities: [{ handle: 'klaviyo', identifier: unknown, isActive: false }],
  };
  return [...livingOf(tenant), former];
}

function livingOf(tenant: string): ProfileSeed[] {
  return Array.from({ length: perTenant }, (_, position) => ({
    id: `${hex(tenants.indexOf(tenant) + 1, 8)}-aaaa-4aaa-8aaa-${hex(position, 12)}`,
    email: `person${position}@${tenant}.example`,
    identities: [{ handle: 'klaviyo', identifier: `01${tenant.toUpperCase()}${position}` }],
  }));
}

/** Tenants whose webhooks wait for a profile that is not there yet; the others' are parked. */
export const patient: ReadonlySet<string> = new Set(['bloom']);

const latecomers = 8;

/** The profiles that reach a tenant's Omneo while the run goes on, in order. */
export function lateProfilesOf(tenant: string): ProfileSeed[] {
  if (!patient.has(tenant)) return [];
  return Array.from({ length: latecomers }, (_, position) => ({
    id: `${hex(tenants.indexOf(tenant) + 1, 8)}-cccc-4ccc-8ccc-${hex(position, 12)}`,
    email: `late${position}@${tenant}.example`,
    identities: [{ handle: 'klaviyo', identifier: `01LATE${tenant.toUpperCase()}${position}` }],
  }));
}

/** One whose profile comes late, as a webhook names them. */
export function latecomerOf(tenant: string, position: number): Person {
  const profile = lateProfilesOf(tenant)[position % latecomers];
  const { id: profileId = '', email = '', identities: [identity] = [] } = profile ?? {};
  return { personId: identity?.identifier ?? '', email, profileId };
}

/** One whom Omneo never hears of. */
export function nobodyOf(tenant: string): Person {
  return { personId: `01NOBODY${tenant.toUpperCase()}`, email: `nobody@${tenant}.example`, profileId: '' };
}

/** A person as a webhook names them: by Klaviyo's id, by Omneo's, or by an e-mail address beside an unknown id. */
export function personOf(tenant: string, position: number, how: 'klaviyo' | 'omneo' | 'email'): Person {
  const profiles = livingOf(tenant);
  const profile = profiles[position % profiles.length];
  const { id: profileId = '', email = '', identities: [identity] = [] } = profile ?? {};
  const personId = { klaviyo: identity?.identifier ?? '', omneo: profileId, email: unknown }[how];
  return { personId, email: how === 'email' ? email.toUpperCase() : email, profileId };
}
