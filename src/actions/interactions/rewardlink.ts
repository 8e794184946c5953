import { notReady, type Problem } from '../../lib/problem.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import { externalIdOf, isOwnId } from '../../omneo/resources/externalid.ts';
import type { AttemptBasis } from '../action.ts';
import { invalidPayload } from '../payload/parse.ts';

/** What a marketer can do about a reward that an interaction cannot point at, after the name of the field. */
const hints = Object.freeze({
  none: 'is the id of no reward of this customer: put the step of the reward before this one, with the same id.',
  parked:
    'is the id of a reward that was refused, and that a person decides about: once it is issued, this can be sent again.',
  discarded: 'is the id of a reward that a person has decided against: leave it out.',
});

type Parts = Readonly<{ omneo: Pick<Omneo, 'rewards'>; basis: Pick<AttemptBasis, 'known'> }>;

/**
 * The reward, in Omneo, of the earlier webhook with this id, for the customer with this profile: by what the ledger knows, and
 * of one that it has forgotten by what Omneo shows.
 *
 * @throws Problem `not_ready` while that webhook is under way or stored, and `invalid_payload` when there is no such reward and
 * none will come by itself; UpstreamError, LedgerUnavailable
 */
export async function linkedReward(
  { omneo: { rewards }, basis }: Parts,
  id: string,
  profileId: string,
): Promise<ResourceId> {
  const known = await basis.known('rewards', id);
  switch (known.state) {
    case 'issued':
      if (await rewards.isOwn(known.resourceId, profileId)) return known.resourceId;
      throw noReward('none');
    case 'open':
      throw notReady('the reward that this interaction points at is not issued yet');
    case 'parked':
    case 'discarded':
      throw noReward(known.state);
    case 'none': {
      // What an answer showed may be one of the gateway's own.
      const found = await rewards.findOwn(isOwnId(id) ? id : externalIdOf(id), profileId);
      if (found === undefined) throw noReward('none');
      return found;
    }
  }
}

function noReward(why: keyof typeof hints): Problem {
  return invalidPayload([{ field: 'data.reward_external_id', code: 'no_reward', hint: hints[why] }]);
}
