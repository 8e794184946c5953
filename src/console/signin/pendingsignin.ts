import * as openid from 'openid-client';
import { isRecord } from '../../lib/exactjson.ts';
import type { SignInChecks } from './provider/provider.ts';

/** A sign-in between the two requests of its browser: on the way to the provider and back. */
export type PendingSignIn = SignInChecks &
  Readonly<{
    /** The path of the console that was asked for. */
    to: string;
    /** In milliseconds since the epoch. */
    expiresAt: number;
  }>;

/** How long somebody may take to sign in at the provider, in milliseconds. */
export const pendingMs = 600_000;

/** A sign-in that begins now, with checks that nobody can guess. */
export function beginSignIn(to: string, now: number): PendingSignIn {
  return {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    codeVerifier: openid.randomPKCECodeVerifier(),
    ...{ to, expiresAt: now + pendingMs },
  };
}

/** The sign-in of a text that was sealed here, be it by another version; undefined for what is none, or is over. */
export function pendingIn(text: string, now: number): PendingSignIn | undefined {
  const read: unknown = JSON.parse(text);
  return isPending(read) && now < read.expiresAt ? read : undefined;
}

function isPending(read: unknown): read is PendingSignIn {
  if (!isRecord(read)) return false;
  const { state, nonce, codeVerifier, to, expiresAt } = read;
  const texts = [state, nonce, codeVerifier, to];
  return texts.every((text) => typeof text === 'string') && typeof expiresAt === 'number';
}
