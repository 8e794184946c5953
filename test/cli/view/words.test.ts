import { expect } from 'chai';
import { inWords, matchInWords, reasonWords, valuesInWords } from '../../../src/cli/view/words.ts';
import { document } from '../../console/openapidocument.ts';

describe('what is said in plain words', () => {
  it('is every reason that the API has, and no other', () => {
    const { enum: reasons } = document.components.schemas['Reason'] ?? {};
    expect(Object.keys(reasonWords)).to.have.members(reasons as string[]);
  });

  it('names every way in which a delivery is given up', () => {
    expect(inWords('gave_up')).to.equal(
      'it had failed for too long, five gateways died at it, or its tenant was gone for 30 days',
    );
  });

  it('is a word that is not known yet as it is', () => {
    expect(inWords('out_of_stock')).to.equal('out of stock');
    expect(matchInWords('phone')).to.equal('found by phone');
  });

  it('is values by their names', () => {
    const values = { reward_id: 4711, amount: 10, matched_by: 'email' };
    expect(valuesInWords(values)).to.equal('reward 4711, amount 10, found by e-mail');
  });
});
