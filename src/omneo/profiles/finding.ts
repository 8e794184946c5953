import { type Profile, idOf, isGone, isSameId } from './profile.ts';
import { UpstreamError } from '../client/upstream.ts';

/** What a look-up brought, before anything in it is believed. */
export type Answer = Readonly<{
  profiles: readonly Profile[];
  /** Whether these are all that there are. */
  isWhole: boolean;
  /** Whether Omneo itself answered, and not something in front of it. */
  isOwn: boolean;
  /** Why the answer says nothing about the person, if so. */
  doubt: string | null;
  /** Whether the question is still open: it has to be asked in another way before anybody can be said not to be there. */
  isOpen: boolean;
}>;

/** What an answer is worth: the person's profile, or what can be concluded from its absence. */
export type Finding = Readonly<{ profile: Profile | null }> & Pick<Answer, 'isOwn' | 'doubt' | 'isOpen'>;

/**
 * How a row of an answer relates to what was asked for.
 * - `exact`: it carries that.
 * - `alike`: it carries that but for the case, which counts if no row is exact.
 * - `void`: a server had reason to find it, but it proves nobody.
 * - `stranger`: no server had reason to find it, unless it did not heed the question.
 */
export type Standing = 'exact' | 'alike' | 'void' | 'stranger';

/** Answers a look-up with profiles, as Omneo itself does. */
export function profilesOf(profiles: readonly Profile[], isWhole: boolean): Answer {
  return { profiles, isWhole, isOwn: true, doubt: null, isOpen: false };
}

/**
 * Takes an answer for what it proves. Rows of which none is proof mean that nobody is there, as long as there is
 * no stranger among them and no row is left out.
 *
 * @throws UpstreamError when several profiles are proven: Omneo keeps e-mails and identities unique.
 */
export function judge(answer: Answer, standingOf: (profile: Profile) => Standing): Finding {
  const { profiles, isWhole, isOwn, isOpen } = answer;
  const living = profiles.filter((profile) => !isGone(profile));
  const exact = living.filter((profile) => standingOf(profile) === 'exact');
  const alike = living.filter((profile) => standingOf(profile) === 'alike');
  const profile = onlyOne(exact.length > 0 ? exact : alike);
  if (profile !== null) return { profile, isOwn, doubt: null, isOpen: false };
  const isStrange = profiles.some((one) => standingOf(one) === 'stranger');
  const isCut = profiles.length > 0 && !isWhole;
  const doubt = isStrange || isCut ? 'Omneo answered a look-up with other profiles' : answer.doubt;
  return { profile, isOwn, doubt, isOpen };
}

function onlyOne(profiles: readonly Profile[]): Profile | null {
  const [first, ...others] = profiles;
  if (first === undefined) return null;
  const id = idOf(first);
  if (others.every((other) => isSameId(idOf(other), id))) return first;
  throw new UpstreamError('unavailable', 'Omneo has several profiles for one person');
}
