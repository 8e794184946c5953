import { expect } from 'chai';
import { rehearsalWords } from '../../../web/words/rehearsal.ts';

const summary = { reward_definition_id: 42, amount: 10 };

describe('What is said of a rehearsal', () => {
  for (const [match, customer] of [
    ['email', 'the customer found by e-mail'],
    ['klaviyo', 'the customer found by Klaviyo id'],
    ['omneo', 'the customer found by Omneo id'],
    ['something-new', 'the customer'],
  ])
    it(`is what it would issue, to ${customer}`, () => {
      const words = rehearsalWords({ would: 'create', matched_by: match ?? '', external_id: 'a', summary });
      expect(words).to.include({ isGood: true, title: `It would issue 10 of definition 42 to ${customer}.` });
      expect(words.text).to.contain('nothing was issued');
    });

  it('is what another action asks for, as it is named', () => {
    const words = rehearsalWords({ would: 'create', summary: { credit_definition_id: 7, amount: 5 } });
    expect(words.title).to.equal('It would issue credit definition 7, amount 5 to the customer.');
  });

  it('is that there would be nothing more, for an id that was used', () => {
    const words = rehearsalWords({ would: 'duplicate', matched_by: 'email', external_id: 'a', summary });
    expect(words)
      .to.include({ isGood: true })
      .and.have.property('title')
      .that.matches(/nothing more/);
    expect(words.text).to.contain('unique');
  });

  for (const [status, title] of [
    [400, 'It would be refused.'],
    [404, 'It would be refused.'],
    [422, 'It would be refused.'],
    [429, 'It would not be issued at once.'],
    [502, 'It would not be issued at once.'],
    [503, 'It would not be issued at once.'],
  ] as const)
    it(`is what a webhook would be told that is answered ${status}`, () => {
      const words = rehearsalWords({ would: 'fail', status, code: 'any', detail: 'Check it.' });
      expect(words).to.deep.equal({ isGood: false, title, text: 'Check it.' });
    });
});
