import { utcText } from './localtime.ts';
import { randomUUID, type Random } from './random.ts';
import type { ProfileSeed } from './seeds.ts';

/** A profile in Omneo's words. */
export type Profile = {
  id: string;
  email: string | null;
  first_name: string | null;
  profile_type: string;
  /** The primary identity's identifier. */
  external_id: string | null;
  merged_into: string | null;
  identities: Identity[];
  created_at: string;
  updated_at: string;
};

export type Identity = {
  id: number;
  handle: string;
  identifier: string;
  is_primary: boolean;
  is_active: boolean | number | string;
  profile_id: string;
  merged_from: null;
  created_at: string;
  updated_at: string;
};

export type Profiles = {
  /** Adds a profile, or replaces the one with its id. */
  put(seed: ProfileSeed): void;
  get(id: string): Profile | undefined;
  /** Case does not matter. */
  byEmail(email: string): Profile[];
  byIdentity(handle: string, identifier: string): Profile | undefined;
  /** Whatever the handle. */
  byIdentifier(identifier: string): Profile[];
  all(): Profile[];
};

/** Profiles by a key that several may share. */
function createIndex() {
  const found = new Map<string, Set<Profile>>();
  return {
    add(key: string, profile: Profile) {
      found.set(key, (found.get(key) ?? new Set<Profile>()).add(profile));
    },
    remove(key: string, profile: Profile) {
      found.get(key)?.delete(profile);
    },
    get: (key: string) => [...(found.get(key) ?? [])],
  };
}

function profileFrom(seed: ProfileSeed, id: string, time: string, nextIdentity: () => number): Profile {
  const identities = (seed.identities ?? []).map(
    ({ handle, identifier, isActive = true }, position): Identity => ({
      id: nextIdentity(),
      handle,
      identifier,
      is_primary: position === 0,
      is_active: isActive,
      profile_id: id,
      merged_from: null,
      created_at: time,
      updated_at: time,
    }),
  );
  return {
    id,
    email: seed.email ?? null,
    first_name: seed.firstName ?? null,
    profile_type: seed.profileType ?? 'active',
    external_id: identities[0]?.identifier ?? null,
    merged_into: seed.mergedInto ?? null,
    identities,
    created_at: time,
    updated_at: time,
  };
}

/** One tenant's profiles. The clock gives epoch milliseconds. */
export function createProfiles(seeds: ProfileSeed[], random: Random, now: () => number): Profiles {
  const profiles = new Map<string, Profile>();
  const emails = createIndex();
  const identifiers = createIndex();
  let identityCount = 0;

  const eachKey = (profile: Profile, act: 'add' | 'remove') => {
    if (profile.email !== null) emails[act](profile.email.toLowerCase(), profile);
    for (const { identifier } of profile.identities) identifiers[act](identifier, profile);
  };
  const put = (seed: ProfileSeed) => {
    const id = seed.id ?? randomUUID(random);
    const profile = profileFrom(seed, id, utcText(now()), () => (identityCount += 1));
    const known = profiles.get(id);
    if (known) eachKey(known, 'remove');
    profiles.set(id, profile);
    eachKey(profile, 'add');
  };
  seeds.forEach(put);

  return {
    put,
    get: (id) => profiles.get(id),
    byEmail: (email) => emails.get(email.toLowerCase()),
    byIdentity: (handle, identifier) =>
      identifiers
        .get(identifier)
        .find(({ identities }) =>
          identities.some((each) => each.handle === handle && each.identifier === identifier),
        ),
    byIdentifier: (identifier) => identifiers.get(identifier),
    all: () => [...profiles.values()],
  };
}
