import { expect } from 'chai';
import { bulkChangesOf, changeWords, heldReplay, isHeld } from '../../../web/deliveries/change.ts';
import { stateMeanings } from '../../../web/words/reasons.ts';

describe('A delivery that is held', () => {
  for (const [state, reason, held] of [
    ['waiting', 'held', true],
    ['waiting', 'throttled', false],
    ['waiting', undefined, false],
    ['parked', 'not_allowed', false],
    ['pending', 'held', false],
  ] as const)
    it(`is ${held ? 'one' : 'none'} that is ${state} for ${reason ?? 'no reason'}`, () => {
      expect(isHeld({ state, ...(reason !== undefined && { reason }) })).to.equal(held);
    });

  it('is counted in its budget when it is replayed, and lets no other pass', () => {
    expect(heldReplay).to.contain('counted in it all the same').and.to.contain('stay so');
  });
});

describe('What may be done to all of a list', () => {
  for (const [state, reason, changes] of [
    ['parked', '', ['replay', 'discard']],
    ['parked', 'rejected', ['replay', 'discard']],
    ['waiting', 'held', ['discard']],
    ['waiting', '', []],
    ['waiting', 'throttled', []],
    ['', 'held', []],
  ] as const)
    it(`is ${changes.join(' and ') || 'nothing'} with the state "${state}" and the reason "${reason}"`, () => {
      expect(bulkChangesOf({ state, reason })).to.deep.equal(changes);
    });
});

describe('The words for discarding', () => {
  it('promise no more than that nothing further is attempted, since a reward may be there already', () => {
    for (const text of [changeWords.discard.means, stateMeanings.discarded]) {
      expect(text).to.contain('Nothing more is attempted.').and.to.contain('may have made already');
      expect(text).not.to.contain('Nothing is issued');
    }
  });

  it('say where to look before it is decided', () => {
    expect(changeWords.discard.means).to.contain('look there first');
  });
});
