import { expect } from 'chai';
import { document } from '../../console/openapidocument.ts';
import { attemptWords } from '../../../web/words/attempts.ts';
import { reasons, stateMeanings, stateWords, wordsOf } from '../../../web/words/reasons.ts';

const enumOf = (name: string): unknown => document.components.schemas[name]?.['enum'];

describe('The words for states and reasons', () => {
  it('are there for every state and every reason of the API, and for no other', () => {
    expect(Object.keys(stateWords)).to.have.members(enumOf('State') as string[]);
    expect(Object.keys(stateMeanings)).to.have.members(enumOf('State') as string[]);
    expect(Object.keys(reasons)).to.have.members(enumOf('Reason') as string[]);
  });

  it('have no word of the code in them, and end as sentences do', () => {
    for (const { label, means, todo } of Object.values(reasons)) {
      expect(`${label} ${means} ${todo}`).not.to.match(/_|\b(null|HTTP|payload|ledger|courier)\b/);
      expect([means, todo].every((text) => text.endsWith('.'))).to.equal(true);
    }
  });

  it('name every way in which a delivery is given up', () => {
    const attempt = attemptWords({ result: 'gave_up' }, true);
    for (const text of [reasons.gave_up.means, attempt])
      for (const way of ['as long as the tenant allows', 'five gateways died at it', 'gone for 30 days'])
        expect(text).to.contain(way);
  });

  it('tell a customer who is waited for from one whom a person has to look for', () => {
    expect(wordsOf('waiting', 'profile_not_found').todo).to.match(/^Nothing: /);
    expect(wordsOf('parked', 'profile_not_found').todo).to.match(/^Add the customer to Omneo/);
  });
});
