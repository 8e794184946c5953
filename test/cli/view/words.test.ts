import { expect } from 'chai';
import { inWords, matchInWords, reasonWords, valuesInWords } from '../../../src/cli/view/words.ts';
import { ConsoleDescription } from '../../support/consoledescription.ts';

describe('what is said in plain words', () => {
  it('is every reason that the API has, and no other', async () => {
    const { enum: reasons } = (await ConsoleDescription.read()).schema('Reason');
    expect(Object.keys(reasonWords)).to.have.members(reasons as string[]);
  });

  it('is a word that is not known yet as it is', () => {
    expect(inWords('not_allowed')).to.equal('not allowed');
    expect(matchInWords('phone')).to.equal('found by phone');
  });

  it('is values by their names', () => {
    expect(valuesInWords({ reward_id: 4711, amount: 10 })).to.equal('reward 4711, amount 10');
  });
});
