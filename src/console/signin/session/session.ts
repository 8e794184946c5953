import { randomBytes } from 'node:crypto';
import { isRecord } from '../../../lib/exactjson.ts';
import type { ProviderUser } from '../provider/claims.ts';

/** A browser that somebody signed in with. Times are milliseconds since the epoch. */
export type Session = ProviderUser &
  Readonly<{
    /** The provider's own name for the user, which never changes. */
    subject: string;
    /** What a request that changes something has to bring, which no other site can know. */
    csrfToken: string;
    /** It ends then, whatever happens in it. */
    expiresAt: number;
    /** When the provider last said who the user is. */
    claimsAt: number;
    /** What the provider is asked anew with. */
    refreshToken?: string;
  }>;

/** What a provider says at a sign-in, or when it is asked anew. */
export type Granted = ProviderUser & Readonly<{ subject: string; refreshToken?: string }>;

/** From sign-in to the end, in milliseconds. */
export const sessionMs = 8 * 3_600_000;

/** Sealed and in base64url it has to fit into a cookie of 4096 bytes, name and all. */
const maxTextBytes = 2_950;
/** A longer one leaves too little room for groups. In bytes. */
const maxRefreshTokenBytes = 1_600;

/** A session that begins now, with all that is granted; `fitted` cuts it to size. */
export function beginSession(granted: Granted, now: number): Session {
  const csrfToken = randomBytes(32).toString('base64url');
  return { ...granted, csrfToken, claimsAt: now, expiresAt: now + sessionMs };
}

/** What did not fit into the cookie. */
export type Fitted = Readonly<{ session: Session; groupsLeftOut: number; isRefreshTokenLeftOut: boolean }>;

/**
 * A session that fits into its cookie. Too long a refresh token is left out, and so are the last groups if there are too
 * many: a group too few allows less, never more.
 */
export function fitted(session: Session): Fitted {
  const { refreshToken, ...others } = session;
  const isLong = refreshToken !== undefined && Buffer.byteLength(refreshToken) > maxRefreshTokenBytes;
  const short: Session = isLong ? others : session;
  let room = maxTextBytes - bytesOf({ ...short, groups: [] });
  const groups = session.groups.filter((group) => (room -= bytesOf(group) + 1) >= 0);
  const groupsLeftOut = session.groups.length - groups.length;
  return { session: { ...short, groups }, groupsLeftOut, isRefreshTokenLeftOut: isLong };
}

/** The text that is sealed into the cookie. */
export function sessionText(session: Session): string {
  return JSON.stringify(session);
}

/** The session of a text that was sealed here, be it by another version; undefined for what is none, or is over. */
export function sessionIn(text: string, now: number): Session | undefined {
  const read: unknown = JSON.parse(text);
  return isSession(read) && now < read.expiresAt ? read : undefined;
}

function isSession(read: unknown): read is Session {
  if (!isRecord(read)) return false;
  const { user, groups, subject, csrfToken, expiresAt, claimsAt, refreshToken = '' } = read;
  const texts = [
    user,
    subject,
    csrfToken,
    refreshToken,
    ...(Array.isArray(groups) ? (groups as unknown[]) : [groups]),
  ];
  const times = [expiresAt, claimsAt];
  return (
    Array.isArray(groups) &&
    texts.every((text) => typeof text === 'string') &&
    times.every((time) => typeof time === 'number')
  );
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
