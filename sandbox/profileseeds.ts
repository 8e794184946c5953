import { isRecord } from './http.ts';
import type { ProfileSeed } from './seeds.ts';

const isText = (value: unknown) => value === undefined || typeof value === 'string';

const isFlag = (value: unknown) =>
  value === undefined || ['boolean', 'number', 'string'].includes(typeof value);

const isIdentity = (value: unknown) =>
  isRecord(value) &&
  typeof value['handle'] === 'string' &&
  typeof value['identifier'] === 'string' &&
  isFlag(value['isActive']);

function isProfileSeed(value: unknown): value is ProfileSeed {
  if (!isRecord(value)) return false;
  const { id, email, firstName, profileType, mergedInto, identities, ...rest } = value;
  const texts = [id, email, firstName, profileType, mergedInto];
  if (Object.keys(rest).length > 0 || !texts.every(isText)) return false;
  return identities === undefined || (Array.isArray(identities) && identities.every(isIdentity));
}

/** Takes what came from outside for a list of profiles, or throws one sentence that says why not. */
export function parseProfiles(given: unknown): ProfileSeed[] {
  if (!Array.isArray(given)) throw new Error('Profiles come as a list.');
  const profiles: unknown[] = given;
  if (!profiles.every(isProfileSeed))
    throw new Error(
      'A profile has id, email, firstName, profileType, mergedInto (texts) and identities (handle, identifier, isActive).',
    );
  return profiles;
}
