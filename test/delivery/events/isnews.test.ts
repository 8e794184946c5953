import { expect } from 'chai';
import { isNews } from '../../../src/delivery/events/isnews.ts';

describe('What exists now', () => {
  for (const [what, held, outcome, expected] of [
    ['was made by this attempt', 'won', { isNew: true }, true],
    ['was found, and made by an attempt of unknown outcome', 'unconfirmed', { isNew: true }, true],
    ['was found after a gateway died with a create under way', 'unconfirmed', { isNew: false }, true],
    ['was there before its webhook came', 'won', { isNew: false }, false],
    ['was found by nobody knows whom', 'won', {}, false],
  ] as const)
    it(`is ${expected ? '' : 'no '}news to Klaviyo when it ${what}`, () => {
      expect(isNews({ result: held }, outcome)).to.equal(expected);
    });
});
