import { expect } from 'chai';
import fc from 'fast-check';
import { keyAsItCame, ownKeyOf } from '../../../src/ledger/deliveries/storeddelivery.ts';

const key = fc.base64String().map((digest) => `rewards/${digest}`);

describe('the key under which a webhook came', () => {
  it('is known of an entry that has it still, and of one that left it to an equal webhook', () => {
    fc.assert(
      fc.property(key, fc.uuid(), (came, id) => {
        expect(keyAsItCame(came, id)).to.equal(came);
        expect(keyAsItCame(ownKeyOf(came, { id }), id)).to.equal(came);
      }),
    );
  });
});
