import type { ResourceId } from '../lib/resourceid.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { ProfileMatch } from '../omneo/profiles/profiles.ts';
import type { NewResource, ResourceRows } from '../omneo/resources/calls.ts';
import type { ExpectedResource } from '../omneo/resources/identify.ts';
import type { Resources } from '../omneo/resources/resources.ts';
import type { ActionAttempt, AttemptBasis, Existing, PersonMatch } from './action.ts';
import { type Addressed, noProfile } from './payload/parse.ts';

/** What a resource is made with beside what its webhook says; `now` in milliseconds since the epoch. */
export type MadeWith = Readonly<{ profileId: string; externalId: string; now: number }>;

type ResourceAttemptParts = Readonly<{
  omneo: Pick<Omneo, 'findProfile'>;
  /** Those of the kind that the webhook asks for. */
  resources: Resources;
  basis: AttemptBasis;
  webhook: Addressed & Pick<ExpectedResource, 'definitionId' | 'amount'>;
  /** The fields of its create. */
  toResource: (made: MadeWith) => NewResource;
}>;

/** One attempt at what Omneo makes under an `external_id`: whether it is there, and how it is created. */
export class ResourceAttempt implements ActionAttempt {
  readonly #parts: ResourceAttemptParts;
  /** Of the profile that was found; empty while none was, or if only an earlier attempt found one. */
  #profileId = '';

  constructor(parts: ResourceAttemptParts) {
    this.#parts = parts;
  }

  async find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>> {
    const { omneo, webhook } = this.#parts;
    const [profile, rows] = await both(omneo.findProfile(webhook), this.#listRows());
    const person = profile ?? this.#earlierMatch();
    if (person === null) throw noProfile(webhook);
    this.#profileId = person.profileId;
    const existing = await (rows.length === 0 ? this.#findByRawId() : this.#identify(rows));
    if (existing.kind === 'none' && profile === null) throw noProfile(webhook);
    const { profileId, matchedBy, conflict = false } = person;
    return { existing, match: { profileId, matchedBy, conflict } };
  }

  isMissConclusive(): Promise<boolean | 'untried'> {
    const { resources, basis } = this.#parts;
    // What may be there already was dated when the webhook was first worked on.
    return resources.isMissConclusive(this.#resource(basis.claimedAt));
  }

  checkCreatable(): Promise<void> {
    const { resources, webhook } = this.#parts;
    return resources.checkDefinition(webhook.definitionId);
  }

  create(deadline: number): Promise<ResourceId> {
    return this.#parts.resources.create(this.#resource(), deadline);
  }

  async findAgain(wasTaken: boolean): Promise<Existing> {
    const { resources, basis } = this.#parts;
    const rows = await resources.list(basis.externalId);
    return resources.identify(rows, { ...this.#expected(), wasSent: !wasTaken });
  }

  isFindable(): boolean {
    return this.#parts.resources.isFindable(this.#resource());
  }

  #listRows(): Promise<ResourceRows> {
    const { resources, basis, webhook } = this.#parts;
    if (basis.earlier !== null) return resources.list(basis.externalId);
    // An external_id of our own that no attempt has used cannot be there.
    return webhook.id === null ? Promise.resolve([]) : resources.listUntried(basis.externalId, basis.mayWait);
  }

  /** Stands for the profile that an earlier attempt found and that is gone since: what was made for it can be found, none created. */
  #earlierMatch(): ProfileMatch | null {
    const { basis, webhook } = this.#parts;
    if (basis.earlier?.wasSent !== true) return null;
    return { profileId: '', matchedBy: webhook.personId === null ? 'email' : 'klaviyo' };
  }

  async #identify(rows: ResourceRows): Promise<Existing> {
    const { resources } = this.#parts;
    const found = await resources.identify(rows, this.#expected());
    if (found.kind === 'same') resources.recordFound(this.#resource());
    return found.kind === 'none' ? this.#findByRawId() : found;
  }

  /** Before ids that no look-up can be trusted with went by their digest, resources were made under them as they are. */
  #findByRawId(): Promise<Existing> {
    const { resources, basis, webhook } = this.#parts;
    const { id } = webhook;
    if (id === null || id === basis.externalId) return Promise.resolve({ kind: 'none' });
    return resources.findByRawId({ ...this.#expected(), externalId: id, wasSent: false, since: Infinity });
  }

  #expected(): ExpectedResource {
    const { basis, webhook } = this.#parts;
    const { definitionId, amount } = webhook;
    const { externalId, earlier, claimedAt } = basis;
    const evidence = earlier === null ? {} : { wasSent: earlier.wasSent, since: claimedAt };
    return { externalId, profileId: this.#profileId, definitionId, amount, ...evidence };
  }

  #resource(now = this.#parts.basis.now): NewResource {
    const { basis, toResource } = this.#parts;
    return toResource({ profileId: this.#profileId, externalId: basis.externalId, now });
  }
}

/**
 * What two calls to Omneo bring. When one fails the other is waited for all the same: a webhook gives its place back
 * as it ends, and no call may go on without one.
 */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  try {
    return await Promise.all([first, second]);
  } catch {
    await Promise.allSettled([first, second]);
    // Whichever failed, the first before the second.
    return [await first, await second];
  }
}
