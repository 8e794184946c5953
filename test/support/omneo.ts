import type { Omneo } from '../../src/omneo/omneo.ts';
import type { Proofs } from '../../src/omneo/rewards/provenshapes.ts';

/** An Omneo that knows one profile and nobody's rewards, is believed in all it says, and does what `parts` say. */
export function fakeOmneo(parts: Partial<Omneo> & Pick<Omneo, 'createReward'>): Omneo {
  return {
    ...admitsAll,
    findProfile: () => Promise.resolve({ profileId: 'ada', matchedBy: 'klaviyo' }),
    listRewards: () => Promise.resolve([]),
    listUntried: () => Promise.resolve([]),
    identify: () => Promise.resolve({ kind: 'none' }),
    findByRawId: () => Promise.resolve({ kind: 'none' }),
    recordFound: () => undefined,
    wasIssued: () => undefined,
    isFindable: () => true,
    checkDefinition: () => Promise.resolve(),
    isMissConclusive: () => Promise.resolve(true),
    listRewardDefinitions: () => Promise.resolve([]),
    ...parts,
  };
}

/** A pace that lets every attempt begin. */
export const admitsAll: Pick<Omneo, 'admit' | 'giveBack'> = {
  admit: () => ({ ok: true }),
  giveBack: () => undefined,
};

/** No other gateway has found anything. */
export const noProofs: Proofs = Object.freeze({
  note: () => Promise.resolve(),
  noted: () => Promise.resolve(0),
});
