import type { ResourceId } from '../../lib/resourceid.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';
import type { Interactions } from '../../omneo/interactions/interactions.ts';
import { type InteractionPlace, around } from '../../omneo/interactions/place.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { ActionAttempt, AttemptBasis, Existing, PersonMatch } from '../action.ts';
import { noProfile } from '../payload/parse.ts';
import type { MadeWith } from '../resourceattempt.ts';
import type { InteractionWebhook } from './payload.ts';
import { linkedReward } from './rewardlink.ts';

/** Klaviyo's last retry comes so long after the first try, in milliseconds. */
const retriedMs = 24 * 3_600_000;

type InteractionAttemptParts = Readonly<{
  omneo: Pick<Omneo, 'findProfile' | 'interactions' | 'rewards'>;
  basis: AttemptBasis;
  webhook: InteractionWebhook;
  /** The fields of its create. */
  toInteraction: (made: LinkedWith) => NewResource;
}>;

/** As MadeWith, and the id in Omneo of the reward that it is about; undefined: it is about none. */
export type LinkedWith = MadeWith & Readonly<{ reward: ResourceId | undefined }>;

/** One attempt at an interaction: whether it is there, and how it is recorded. */
export class InteractionAttempt implements ActionAttempt {
  readonly #parts: InteractionAttemptParts;
  readonly #interactions: Interactions;
  /** Of the profile that was found. */
  #profileId = '';
  #reward: ResourceId | undefined;

  constructor(parts: InteractionAttemptParts) {
    this.#parts = parts;
    this.#interactions = parts.omneo.interactions;
  }

  async find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>> {
    const { omneo, basis, webhook } = this.#parts;
    const isSent = basis.earlier !== null && (await this.#interactions.wasSent(basis.externalId));
    const profile = await omneo.findProfile(webhook);
    if (profile === null) throw isSent ? personGone() : noProfile(webhook);
    const { profileId, matchedBy, conflict = false } = profile;
    this.#profileId = profileId;
    const existing = this.#mayBeThere() ? await this.#look(basis.earlier?.wasSent ?? false) : none;
    if (existing.kind === 'none' && webhook.rewardId !== null)
      this.#reward = await linkedReward(this.#parts, webhook.rewardId, profileId);
    return { existing, match: { profileId, matchedBy, conflict } };
  }

  isMissConclusive(): Promise<boolean | 'untried'> {
    const { earlier, now, claimedAt } = this.#parts.basis;
    const before = { wasSent: earlier?.wasSent ?? false, ageMs: now - claimedAt };
    return this.#interactions.isMissConclusive(this.#asked(), before);
  }

  /** There is no definition to look at. */
  checkCreatable(): Promise<void> {
    return Promise.resolve();
  }

  create(deadline: number): Promise<ResourceId> {
    return this.#interactions.create(this.#asked(), deadline);
  }

  findAgain(wasTaken: boolean): Promise<Existing> {
    return this.#look(!wasTaken);
  }

  isFindable(): boolean {
    return this.#interactions.isFindable();
  }

  /** Under a name of our own that no attempt has used there is none. */
  #mayBeThere(): boolean {
    const { basis, webhook } = this.#parts;
    return basis.earlier !== null || webhook.id !== null;
  }

  async #look(wasSent: boolean): Promise<Existing> {
    const found = await this.#interactions.find({ ...this.#asked(), wasSent });
    if (found.kind !== 'none') this.#interactions.recordFound();
    return found;
  }

  #asked(): Readonly<{ externalId: string; place: InteractionPlace; fields: NewResource }> {
    const { basis, toInteraction } = this.#parts;
    const { externalId, claimedAt } = basis;
    const made = { profileId: this.#profileId, externalId, now: claimedAt, reward: this.#reward };
    return { externalId, place: this.#place(), fields: toInteraction(made) };
  }

  #place(): InteractionPlace {
    const { webhook, basis } = this.#parts;
    const { namespace, interactedAt } = webhook;
    const time = interactedAt === null ? this.#ownTime() : around(interactedAt, interactedAt);
    return { profileId: this.#profileId, namespace, at: interactedAt ?? basis.claimedAt, ...time };
  }

  /** A ledger that has forgotten the webhook takes one of its retries for the first. */
  #ownTime(): Pick<InteractionPlace, 'from' | 'until'> {
    const { claimedAt, now } = this.#parts.basis;
    // The ledger's clock, which says when it was claimed, may be ahead of this one.
    return around(claimedAt - retriedMs, Math.max(claimedAt, now));
  }
}

/** What was sent for a customer who is gone may be with whoever took over what that one had, and is looked for by nobody. */
function personGone(): UpstreamError {
  const message = 'nobody is found any more for whom an interaction was sent';
  return new UpstreamError('unavailable', message, { needsHuman: true });
}

const none: Existing = Object.freeze({ kind: 'none' });
