import type { WriteTurns } from '../../src/omneo/attributes/turns.ts';
import { forEachKind } from '../../src/omneo/kinds.ts';
import type { Omneo } from '../../src/omneo/omneo.ts';
import type { Resources } from '../../src/omneo/resources/resources.ts';
import type { Proofs } from '../../src/omneo/resources/provenshapes.ts';

/** What a fake Omneo does in its own way; what is of a kind is done so for each. */
export type FakeParts = Partial<Pick<Omneo, 'admit' | 'giveBack' | 'findProfile'>> & Partial<Resources>;

/** An Omneo that knows one profile and nothing of any kind, is believed in all it says, and does what `parts` say. */
export function fakeOmneo(parts: FakeParts & Pick<Resources, 'create'>): Omneo {
  const resources: Resources = {
    list: () => Promise.resolve([]),
    listUntried: () => Promise.resolve([]),
    identify: () => Promise.resolve({ kind: 'none' }),
    findByRawId: () => Promise.resolve({ kind: 'none' }),
    findOwn: () => Promise.resolve(undefined),
    isOwn: () => Promise.resolve(true),
    recordFound: () => undefined,
    exists: () => undefined,
    isFindable: () => true,
    checkDefinition: () => Promise.resolve(),
    isMissConclusive: () => Promise.resolve(true),
    listDefinitions: () => Promise.resolve([]),
    ...parts,
  };
  return {
    ...admitsAll,
    findProfile: () => Promise.resolve({ profileId: 'ada', matchedBy: 'klaviyo' }),
    interactions: {
      find: () => Promise.resolve({ kind: 'none' }),
      recordFound: () => undefined,
      wasSent: () => Promise.resolve(false),
      isMissConclusive: () => Promise.resolve(true),
      isFindable: () => true,
      create: () => Promise.resolve(1),
    },
    attributes: {
      newest: () => Promise.resolve(0),
      read: () => Promise.resolve(undefined),
      record: () => Promise.resolve(),
      set: () => Promise.resolve(1),
    },
    benefitDefinitions: { idOf: () => Promise.resolve(3), check: () => Promise.resolve() },
    ...parts,
    ...forEachKind(() => resources),
  };
}

/** A pace that lets every attempt begin. */
export const admitsAll: Pick<Omneo, 'admit' | 'giveBack'> = {
  admit: () => ({ ok: true }),
  giveBack: () => undefined,
};

/** Everybody has a turn at once, and nothing was recorded. */
export const freeTurns: WriteTurns = Object.freeze({
  take: () => Promise.resolve({ until: Infinity, end: () => Promise.resolve() }),
  newest: () => Promise.resolve(0),
  record: () => Promise.resolve(),
});

/** No other gateway has found anything. */
export const noProofs: Proofs = Object.freeze({
  note: () => Promise.resolve(),
  noted: () => Promise.resolve(0),
});
