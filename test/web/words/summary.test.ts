import { expect } from 'chai';
import { resultWords } from '../../../web/words/attempts.ts';
import { fieldWords, summaryWords } from '../../../web/words/summary.ts';

describe('The words for what a delivery holds', () => {
  it('say what is asked for', () => {
    const summary = { reward_definition_id: 42, amount: 10 };
    expect(summaryWords({ summary, action: 'rewards' })).to.equal('reward definition 42, amount 10');
  });

  it('say so if that is not known', () => {
    expect(summaryWords({ summary: {}, action: 'rewards' })).to.equal('rewards, contents not known');
  });

  it('say what was made, and nothing before', () => {
    expect(resultWords({ reward_id: 4711, matched_by: 'email', external_id: 'x' })).to.equal('reward 4711');
    expect(resultWords()).to.equal('');
  });

  it('name each field as people do', () => {
    expect(fieldWords('reward_definition_id', 42)).to.deep.equal({ name: 'Reward definition', value: 42 });
    expect(fieldWords('matched_by', 'klaviyo')).to.deep.equal({ name: 'Found by', value: 'Klaviyo id' });
  });
});
