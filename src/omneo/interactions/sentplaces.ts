import { hash } from 'node:crypto';
import type { Proofs } from '../resources/provenshapes.ts';
import { type InteractionPlace, covers } from './place.ts';

const dayMs = 24 * 3_600_000;
/** Where a create was sent is remembered so long, in milliseconds: longer than most webhooks are tried. */
const keptMs = 7 * dayMs;
/** If its outcome is unknown to a later attempt it is so long: longer than any webhook is tried. */
const keptUnknownMs = 400 * dayMs;
/** Of a webhook that was first worked on so long ago, or less, whatever was sent is still remembered. In milliseconds. */
const youngMs = 6 * dayMs;

const minuteMs = 60_000;
/** Minutes since the epoch take so many bits, until 2097; a digest of whose it is, and in which namespace, has the other 27. */
const minutes = 2 ** 26;
/** It was sent to several places. */
const several = Number.MAX_SAFE_INTEGER;

/** What an attempt knows of those before it. */
export type Before = Readonly<{
  /** A create for this very webhook was sent. */
  wasSent: boolean;
  /** For how long the webhook has been worked on, in milliseconds. */
  ageMs: number;
}>;

/**
 * Where creates of interactions were sent. That a look-up finds none says something of that place alone: the same webhook
 * may lead to another one since, as when its customer has become another profile. The ledger keeps it as one number.
 */
export class SentPlaces {
  readonly #proofs: Proofs;

  constructor(proofs: Proofs) {
    this.#proofs = proofs;
  }

  /** Records that a create is about to be sent. Throws LedgerUnavailable: then it may not be. */
  async sending(externalId: string, place: InteractionPlace): Promise<void> {
    const before = await this.#noted(externalId);
    const value = numberFor(place);
    const isMoved = before !== 0 && !isAt(before, place);
    await this.#proofs.note(nameOf(externalId), isMoved ? several : value, keptMs);
  }

  /** Whether a create was sent, which is remembered for longer from now on. Throws LedgerUnavailable. */
  async keep(externalId: string): Promise<boolean> {
    const noted = await this.#noted(externalId);
    if (noted > 0) await this.#proofs.note(nameOf(externalId), noted, keptUnknownMs);
    return noted > 0;
  }

  /** Whether a look-up at this place would find whatever was sent, or nothing was. Throws LedgerUnavailable. */
  async isWithin(externalId: string, place: InteractionPlace, { wasSent, ageMs }: Before): Promise<boolean> {
    const noted = await this.#noted(externalId);
    // It is recorded before a create is sent, so that without a record none was: an attempt was cut off before.
    if (noted === 0) return !wasSent && ageMs < youngMs;
    const minute = (noted % minutes) * minuteMs;
    return isAt(noted, place) && covers(place, { from: minute, until: minute + minuteMs });
  }

  #noted(externalId: string): Promise<number> {
    return this.#proofs.noted(nameOf(externalId));
  }
}

function nameOf(externalId: string): string {
  return `sent/${externalId}`;
}

function numberFor(place: InteractionPlace): number {
  const minute = Math.min(Math.floor(place.at / minuteMs), minutes - 1);
  return digestOf(place) * minutes + minute;
}

function isAt(noted: number, place: InteractionPlace): boolean {
  return noted !== several && Math.floor(noted / minutes) === digestOf(place);
}

function digestOf({ profileId, namespace }: InteractionPlace): number {
  return Number.parseInt(hash('sha256', `${profileId}\n${namespace}`, 'hex').slice(0, 7), 16) >>> 1;
}
