import type { ResourceId } from '../../lib/resourceid.ts';
import type { AttributeFields, AttributeKey } from '../../omneo/attributes/attributecalls.ts';
import { isSameValue } from '../../omneo/attributes/attributevalue.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { ActionAttempt, AttemptBasis, Existing, PersonMatch } from '../action.ts';
import { noProfile } from '../payload/parse.ts';
import type { AttributeWebhook } from './payload.ts';
import { unknownAttribute, withAdvice } from './rejected.ts';

type AttributeAttemptParts = Readonly<{
  omneo: Pick<Omneo, 'findProfile' | 'attributes'>;
  basis: AttemptBasis;
  webhook: AttributeWebhook;
  /** The fields of what sets it. */
  fields: AttributeFields;
}>;

/**
 * One attempt at an attribute. To set it twice is the same as once, so only one thing has to be looked for: whether a
 * newer webhook has set it since, which this one must not undo.
 */
export class AttributeAttempt implements ActionAttempt {
  readonly #parts: AttributeAttemptParts;
  #profileId = '';
  #newest = 0;

  constructor(parts: AttributeAttemptParts) {
    this.#parts = parts;
  }

  async find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>> {
    const { omneo, webhook } = this.#parts;
    const profile = await omneo.findProfile(webhook);
    if (profile === null) throw noProfile(webhook);
    const { profileId, matchedBy, conflict = false } = profile;
    this.#profileId = profileId;
    return { existing: await this.#setByNewer(), match: { profileId, matchedBy, conflict } };
  }

  /** Whatever an earlier attempt has set is what this one sets. */
  isMissConclusive(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** Omneo shows nobody which attributes it takes. */
  checkCreatable(): Promise<void> {
    return Promise.resolve();
  }

  async create(deadline: number): Promise<ResourceId> {
    const { omneo, fields } = this.#parts;
    const change = { ...this.#key, fields, askedAt: this.#parts.basis.claimedAt };
    try {
      return await omneo.attributes.set(change, this.#newest, deadline);
    } catch (error) {
      throw error instanceof UpstreamError ? await this.#explained(error) : error;
    }
  }

  /** Nobody else has a turn while the outcome of this one's is unknown: what is read now is not about to be set back. */
  async findAgain(): Promise<Existing> {
    const { omneo, webhook, basis } = this.#parts;
    const found = await omneo.attributes.read(this.#key);
    if (found === undefined || !isSameValue(webhook.value, found.value)) return { kind: 'none' };
    await omneo.attributes.record(this.#key, basis.claimedAt);
    return { kind: 'same', resourceId: found.id };
  }

  isFindable(): boolean {
    return true;
  }

  get #key(): AttributeKey {
    const { namespace, handle } = this.#parts.webhook;
    return { profileId: this.#profileId, namespace, handle };
  }

  /** If somebody has taken away in Omneo what a newer webhook has set, nothing of it would be undone. */
  async #setByNewer(): Promise<Existing> {
    const { omneo, basis } = this.#parts;
    const { attributes } = omneo;
    this.#newest = await attributes.newest(this.#key);
    if (this.#newest <= basis.claimedAt) return { kind: 'none' };
    const found = await attributes.read(this.#key);
    return found === undefined ? { kind: 'none' } : { kind: 'same', resourceId: found.id };
  }

  async #explained(error: UpstreamError): Promise<UpstreamError> {
    if (error.fault === 'rejected') return withAdvice(error);
    if (error.status !== 404 || error.mayHaveHappened) return error;
    // Either the attribute is unknown, or the profile is gone since it was found: the next attempt finds out what became of it.
    return (await this.#isProfileThere()) ? unknownAttribute(error) : error;
  }

  async #isProfileThere(): Promise<boolean> {
    const { omneo, webhook } = this.#parts;
    try {
      return (await omneo.findProfile(webhook))?.profileId === this.#profileId;
    } catch (error) {
      // That this cannot be read changes nothing: it is not known to be there.
      if (error instanceof UpstreamError) return false;
      throw error;
    }
  }
}
