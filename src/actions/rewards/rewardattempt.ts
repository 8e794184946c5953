import type { ResourceId } from '../../lib/resourceid.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { ProfileMatch } from '../../omneo/profiles/profiles.ts';
import type { NewReward, RewardRows } from '../../omneo/rewards/rewards.ts';
import type { ExpectedReward, Found } from '../../omneo/rewards/identify.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ActionAttempt, AttemptBasis, Existing, PersonMatch } from '../action.ts';
import type { LocalTimes } from './localtimes.ts';
import { type Webhook, noProfile } from './payload.ts';
import { toReward } from './rewardbody.ts';

type RewardAttemptParts = Readonly<{
  omneo: Omneo;
  basis: AttemptBasis;
  webhook: Webhook;
  tenant: Tenant;
  localTimes: LocalTimes;
}>;

/** One attempt at a reward: whether it is there, and how it is created. */
export class RewardAttempt implements ActionAttempt {
  readonly #parts: RewardAttemptParts;
  /** Of the profile that was found; empty while none was, or if only an earlier attempt found one. */
  #profileId = '';

  constructor(parts: RewardAttemptParts) {
    this.#parts = parts;
  }

  async find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>> {
    const { omneo, webhook } = this.#parts;
    const [profile, rows] = await both(omneo.findProfile(webhook), this.#listRows());
    const person = profile ?? this.#earlierMatch();
    if (person === null) throw noProfile(webhook);
    this.#profileId = person.profileId;
    const existing = await this.#identify(rows);
    if (existing.kind === 'none' && profile === null) throw noProfile(webhook);
    return {
      existing,
      match: { profileId: person.profileId, matchedBy: person.matchedBy, conflict: person.conflict ?? false },
    };
  }

  isMissConclusive(): Promise<boolean | 'untried'> {
    const { omneo, basis } = this.#parts;
    // What may be there already was dated when the webhook was first worked on.
    return omneo.isMissConclusive(this.#reward(basis.earlier?.claimedAt ?? basis.now));
  }

  checkCreatable(): Promise<void> {
    const { omneo, webhook } = this.#parts;
    return omneo.checkDefinition(webhook.definitionId);
  }

  create(deadline: number): Promise<ResourceId> {
    return this.#parts.omneo.createReward(this.#reward(), deadline);
  }

  async findAgain(wasTaken: boolean): Promise<Existing> {
    const { omneo, basis } = this.#parts;
    const rows = await omneo.listRewards(basis.externalId);
    return existingOf(await omneo.identify(rows, { ...this.#expected(), wasSent: !wasTaken }));
  }

  isFindable(): boolean {
    return this.#parts.omneo.isFindable(this.#reward());
  }

  #listRows(): Promise<RewardRows> {
    const { omneo, basis, webhook } = this.#parts;
    if (basis.earlier !== null) return omneo.listRewards(basis.externalId);
    // An external_id of our own that no attempt has used cannot be there.
    return webhook.id === null ? Promise.resolve([]) : omneo.listUntried(basis.externalId, basis.mayWait);
  }

  /** Stands for the profile that an earlier attempt found and that is gone since: its reward can be found, none created. */
  #earlierMatch(): ProfileMatch | null {
    const { basis, webhook } = this.#parts;
    if (basis.earlier?.wasSent !== true) return null;
    return { profileId: '', matchedBy: webhook.personId === null ? 'email' : 'klaviyo' };
  }

  async #identify(rows: RewardRows): Promise<Existing> {
    const { omneo } = this.#parts;
    const found = await omneo.identify(rows, this.#expected());
    if (found.kind === 'same') omneo.recordFound(this.#reward());
    return existingOf(found.kind === 'none' ? await this.#findByRawId() : found);
  }

  /** Before ids that no look-up can be trusted with went by their digest, rewards were made under them as they are. */
  async #findByRawId(): Promise<Found> {
    const { omneo, basis, webhook } = this.#parts;
    const { id } = webhook;
    if (id === null || id === basis.externalId) return { kind: 'none' };
    return omneo.findByRawId({ ...this.#expected(), externalId: id, wasSent: false, since: Infinity });
  }

  #expected(): ExpectedReward {
    const { basis, webhook } = this.#parts;
    const { definitionId, amount } = webhook;
    const { externalId, earlier } = basis;
    const evidence = earlier === null ? {} : { wasSent: earlier.wasSent, since: earlier.claimedAt };
    return { externalId, profileId: this.#profileId, definitionId, amount, ...evidence };
  }

  #reward(now = this.#parts.basis.now): NewReward {
    const { webhook, tenant, basis, localTimes } = this.#parts;
    const { externalId } = basis;
    return toReward(webhook, tenant, { profileId: this.#profileId, externalId, now, localTimes });
  }
}

function existingOf(found: Found): Existing {
  return found.kind === 'same' ? { kind: 'same', resourceId: found.rewardId } : found;
}

/**
 * What two calls to Omneo bring. When one fails the other is waited for all the same: a webhook gives its place back
 * as it ends, and no call may go on without one.
 */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}
