import { expect } from 'chai';
import { takenForCopies } from './copies.ts';
import { accepted, attemptOf, deliveryOf, told, webhookOf } from './samples.ts';

const first = webhookOf({ hasId: false });
const twin = webhookOf({ hasId: false, n: 1, twinOf: 0 });
const earlier = { webhook: first, end: 'accepted', attempts: [attemptOf(accepted('gw-1'))] } as const;
const later = deliveryOf(twin, 'accepted', accepted('gw-1'));

describe('a webhook without an id that was taken for a copy of an equal one', () => {
  for (const [what, at, copies] of [
    ['is excused after its gateway was killed with its answer', 150, [later]],
    ['is excused after its gateway was killed soon after its answer', 7_000, [later]],
    ['is none, where the gateway had time to record its answer', 9_000, []],
    ['is none, where the gateway was killed before', 50, []],
  ] as const)
    it(what, () => {
      expect(takenForCopies([earlier, later], new Map([[0, at]]))).to.deep.equal(copies);
    });

  it('is excused too once the reward exists', () => {
    const answered = deliveryOf(twin, 'told', told(1, 'gw-1'));
    expect(takenForCopies([earlier, answered], new Map([[0, 150]]))).to.deep.equal([answered]);
  });

  it('is excused too when the earlier one was answered with its reward', () => {
    const issued = deliveryOf(first, 'told', told(1, 'gw-1'));
    const answered = deliveryOf(twin, 'told', told(1, 'gw-1'));
    expect(takenForCopies([issued, answered], new Map([[0, 150]]))).to.deep.equal([answered]);
  });

  for (const [what, other] of [
    ['has another reward of its own', deliveryOf(twin, 'accepted', accepted('gw-2'))],
    ['has an id', deliveryOf(webhookOf({ n: 1 }), 'accepted', accepted('gw-1'))],
  ] as const)
    it(`is none that ${what}`, () => {
      expect(takenForCopies([earlier, other], new Map([[0, 150]]))).to.deep.equal([]);
    });

  it('is none of a gateway that was never killed', () => {
    expect(takenForCopies([earlier, later], new Map())).to.deep.equal([]);
  });
});
