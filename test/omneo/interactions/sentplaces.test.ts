import { expect } from 'chai';
import fc from 'fast-check';
import { type InteractionPlace, around } from '../../../src/omneo/interactions/place.ts';
import { SentPlaces } from '../../../src/omneo/interactions/sentplaces.ts';
import type { Proofs } from '../../../src/omneo/resources/provenshapes.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = Date.parse('2026-03-01T10:20:30.500Z');
const sent = { wasSent: true, ageMs: 0 };
const unknown = { wasSent: false, ageMs: 0 };

function placeAt(changes: Partial<InteractionPlace> = {}): InteractionPlace {
  return { profileId: 'ada', namespace: 'klaviyo-flow', at, ...around(at, at), ...changes };
}

describe('Where a create was sent', () => {
  let numbers: Map<string, number>;
  let keptMs: (number | undefined)[];
  let places: SentPlaces;

  beforeEach(() => {
    numbers = new Map();
    keptMs = [];
    const proofs: Proofs = {
      note: (name, value, keepMs) => {
        keptMs.push(keepMs);
        numbers.set(name, Math.max(value, numbers.get(name) ?? 0));
        return Promise.resolve();
      },
      noted: (name) => Promise.resolve(numbers.get(name) ?? 0),
    };
    places = new SentPlaces(proofs);
  });

  it('is where a miss says something, whenever it was sent', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: Date.parse('2097-01-01') }),
        fc.string({ minLength: 1 }),
        async (moment, profileId) => {
          numbers.clear();
          const place = placeAt({ profileId, at: moment, ...around(moment, moment) });
          await places.sending('a', place);
          expect(await places.isWithin('a', place, sent)).to.equal(true);
          expect(
            await places.isWithin('a', placeAt({ ...place, profileId: `${profileId}2` }), sent),
          ).to.equal(false);
        },
      ),
    ));

  const elsewhere: Readonly<Record<string, Partial<InteractionPlace>>> = {
    'another profile': { profileId: 'ben' },
    'another namespace': { namespace: 'other' },
    'a later time': around(at + 2 * 60_000, at + 2 * dayMs),
    'an earlier time': around(at - 2 * dayMs, at - 2 * 60_000),
  };
  for (const [what, changes] of Object.entries(elsewhere))
    it(`is not ${what}, where a miss says nothing`, async () => {
      await places.sending('a', placeAt());
      for (const before of [sent, unknown])
        expect(await places.isWithin('a', placeAt(changes), before)).to.equal(false);
    });

  it('is one of several, of which none says anything of the others', async () => {
    await places.sending('a', placeAt());
    await places.sending('a', placeAt({ profileId: 'ben' }));
    for (const profileId of ['ada', 'ben'])
      expect(await places.isWithin('a', placeAt({ profileId }), sent)).to.equal(false);
    await places.sending('a', placeAt());
    expect(await places.isWithin('a', placeAt(), sent)).to.equal(false);
  });

  it('is another one for each id', async () => {
    await places.sending('a', placeAt());
    await places.sending('b', placeAt({ profileId: 'ben' }));
    expect(await places.isWithin('a', placeAt(), sent)).to.equal(true);
    expect([await places.keep('b'), await places.keep('c')]).to.deep.equal([true, false]);
  });

  it('is nowhere, if none was recorded and an attempt was cut off: a record comes before a create', async () => {
    expect(await places.isWithin('a', placeAt(), unknown)).to.equal(true);
  });

  it('is not known, if none is recorded and one was sent, or the record may be over', async () => {
    expect(await places.isWithin('a', placeAt(), sent)).to.equal(false);
    expect(await places.isWithin('a', placeAt(), { wasSent: false, ageMs: 7 * dayMs })).to.equal(false);
  });

  it('is kept for a week, and for longer than anything is tried once its outcome is asked for', async () => {
    await places.sending('a', placeAt());
    await places.keep('a');
    await places.keep('b');
    expect(keptMs).to.deep.equal([7 * dayMs, 400 * dayMs]);
    expect(await places.isWithin('a', placeAt(), sent)).to.equal(true);
  });
});
