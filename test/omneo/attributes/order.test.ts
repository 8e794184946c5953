import { expect } from 'chai';
import fc from 'fast-check';
import { freeTurns } from '../../support/omneo.ts';
import { AttributeModel, type ModelWebhook } from './attributemodel.ts';

/** Numbers from 0 to 1 that one seed always brings in the same order. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
/** Some within the same moment, some while an earlier one may still be on its way. */
const webhooks = fc.uniqueArray(
  fc.record({
    askedAt: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 300_000 })),
    dies: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
  { minLength: 2, maxLength: 5, selector: ({ askedAt }) => askedAt },
);

/** What the attribute is set to in the end, and what the newest of the webhooks asked for. */
async function ends(
  asked: readonly ModelWebhook[],
  options: ConstructorParameters<typeof AttributeModel>[0],
): Promise<{ last: string | undefined; newest: string }> {
  const model = new AttributeModel(options);
  const start = model.clock.now();
  const last = await model.run(asked);
  return { last, newest: String(start + Math.max(...asked.map(({ askedAt }) => askedAt))) };
}

describe('Webhooks for one attribute, of several gateways', () => {
  it('end with what the newest asks for, whatever fails, dies or arrives late', async () => {
    await fc.assert(
      fc.asyncProperty(webhooks, seeds, fc.constantFrom(0, 0.1, 0.3), async (asked, seed, failing) => {
        const { last, newest } = await ends(asked, { random: randomOf(seed), failing });
        expect(last).to.equal(newest);
      }),
      { numRuns: 100 },
    );
  });

  for (const [what, broken] of [
    ['if nobody waited for a turn', { take: freeTurns.take }],
    ['if nobody remembered what is newest', { newest: freeTurns.newest }],
  ] as const)
    it(`would not always, ${what}`, async () => {
      let wrong = 0;
      for (let seed = 1; seed <= 150 && wrong === 0; seed += 1) {
        const random = randomOf(seed);
        const asked = [1, 2, 3].map((count) => ({
          askedAt: count + Math.floor(random() * 3000),
          dies: false,
        }));
        const turnsOf = (turns: typeof freeTurns) => ({ ...turns, ...broken });
        const { last, newest } = await ends(asked, { random, failing: 0.1, turnsOf });
        if (last !== newest) wrong += 1;
      }
      expect(wrong).to.equal(1);
    });
});
