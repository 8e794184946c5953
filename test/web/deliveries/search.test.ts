import { expect } from 'chai';
import { bulkFilterOf, queryOf, searchFault } from '../../../web/deliveries/search.ts';

const now = Date.parse('2026-03-03T12:00:00Z');
const all = { tenant: '', state: '', reason: '', days: '' };

describe('A search for deliveries', () => {
  it('asks the API for what was chosen and typed, without blanks around it', () => {
    const choice = { tenant: 'acme', state: 'parked', reason: 'rejected', days: '7' };
    expect(queryOf(choice, { kind: 'email', text: ' ada@example.com ' }, now)).to.deep.equal({
      tenant: 'acme',
      state: 'parked',
      reason: 'rejected',
      since: '2026-02-24T12:00:00.000Z',
      email: 'ada@example.com',
    });
  });

  it('asks for everything where nothing was chosen', () => {
    expect(queryOf(all, { kind: 'id', text: ' ' }, now)).to.deep.equal({
      tenant: '',
      state: '',
      reason: '',
      since: '',
    });
  });

  it('needs a tenant for a customer, and only then', () => {
    const ada = { kind: 'email', text: 'ada@example.com' } as const;
    expect(searchFault(all, ada)).to.match(/^Choose a tenant/);
    expect(searchFault({ ...all, tenant: 'acme' }, ada)).to.equal(undefined);
    expect(searchFault(all, { kind: 'email', text: ' ' })).to.equal(undefined);
  });

  it('is the filter of a change of many, without the state, which is parked anyway', () => {
    const choice = { tenant: 'acme', state: 'parked', reason: '', days: '' };
    expect(bulkFilterOf(choice, { kind: 'person_id', text: '01A' }, now)).to.deep.equal({
      tenant: 'acme',
      person_id: '01A',
    });
  });
});
