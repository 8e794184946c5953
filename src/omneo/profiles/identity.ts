import { isRecord, numeralOf } from '../../lib/exactjson.ts';
import type { Standing } from './finding.ts';
import { isFoldedSame } from './likeness.ts';
import type { Profile } from './profile.ts';

/** What an identity is asked for by; together they are unique over all profiles of an Omneo. */
export type IdentityKey = Readonly<{ handle: string; identifier: string }>;

/**
 * How an identity that Omneo shows relates to the one that was asked for. Identifiers are compared exactly: Klaviyo's
 * are of capitals, and one that differs in case or accents is another's, which a collation finds all the same.
 */
export function identityStanding(identity: unknown, { handle, identifier }: IdentityKey): Standing {
  if (!isRecord(identity) || identity['handle'] !== handle) return 'stranger';
  const shown = textOf(identity['identifier']);
  if (shown === identifier) return isInactive(identity['is_active']) ? 'void' : 'exact';
  return shown !== undefined && isFoldedSame(shown, identifier) ? 'void' : 'stranger';
}

/** How a profile relates to an identity, by the identities that it shows. What is not shown is no proof. */
export function standingByIdentity(profile: Profile, key: IdentityKey): Standing {
  const identities: unknown = profile['identities'];
  if (!Array.isArray(identities)) return 'stranger';
  const standings = identities.map((identity) => identityStanding(identity, key));
  return standings.find((one) => one === 'exact') ?? standings.find((one) => one === 'void') ?? 'stranger';
}

/** Omneo's flags may come as JSON, or as PHP and MySQL write them. One that is not shown does not count. */
function isInactive(flag: unknown): boolean {
  return flag === false || flag === 0 || (typeof flag === 'string' && /^(?:0|false)$/i.test(flag.trim()));
}

/** An identifier may come as a number, which counts digit by digit. */
function textOf(identifier: unknown): string | undefined {
  return typeof identifier === 'string' ? identifier : (numeralOf(identifier) ?? undefined);
}
