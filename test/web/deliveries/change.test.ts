import { expect } from 'chai';
import { changeWords } from '../../../web/deliveries/change.ts';
import { stateMeanings } from '../../../web/words/reasons.ts';

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
