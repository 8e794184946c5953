import { expect } from 'chai';
import fc from 'fast-check';
import {
  externalIdOf,
  isAlteredFrom,
  isCutFrom,
  isOwnId,
  collidingIdsOf,
} from '../../../src/omneo/resources/externalid.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ minLength: 1, maxLength: 255 }),
);

describe('the external_id of a webhook', () => {
  it('is its id, or a digest of it, and one that every look-up can be trusted with', () => {
    fc.assert(
      fc.property(anyText, (id) => {
        const externalId = externalIdOf(id);
        expect(externalId === id || isOwnId(externalId)).to.equal(true);
        expect(externalId)
          .to.match(/^[!-~]([ -~]*[!-~])?$/)
          .and.to.not.include(',');
        expect(externalId.length).to.be.at.most(190);
      }),
    );
  });

  it('is another one for every id', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(externalIdOf(one) === externalIdOf(other)).to.equal(one === other);
      }),
    );
  });

  for (const id of ['order-7', 'a b', "!#$%&'()*+-./:;<=>?@[]^_`{|}~", 'x'.repeat(190), 'gw-1', '0'])
    it(`is the id itself: ${id.slice(0, 30)}`, () => {
      expect(externalIdOf(id)).to.equal(id);
    });

  for (const id of [
    'a,b',
    ',',
    ' a',
    'a ',
    'é',
    'e\u0301',
    '🎁',
    'a\u200b',
    'a\tb',
    'x'.repeat(191),
    `gw-id-${'0'.repeat(32)}`,
  ])
    it(`is a digest: ${JSON.stringify(id.slice(0, 30))}`, () => {
      expect(externalIdOf(id)).to.match(/^gw-id-[0-9a-f]{32}$/);
    });

  it('cannot be claimed by a caller who sends what the gateway makes', () => {
    const made = externalIdOf('a,b');
    expect(externalIdOf(made)).to.not.equal(made);
    const name = `gw-${crypto.randomUUID()}`;
    expect(externalIdOf(name)).to.not.equal(name);
  });
});

describe('the ids that may collide with an external_id', () => {
  for (const [id, colliding] of [
    ['Kx7aB', ['kX7Ab']],
    ['1-2-3', ['1-2-3']],
    ['007', ['007', '0007']],
    ['order_7', ['ORDER_7', '_rder_7']],
    ['é', ['É', 'e\u0301', 'e']],
    [`gw-id-${'a'.repeat(32)}`, []],
    ['gw-6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01', []],
  ] as const)
    it(`of ${id} are ${colliding.join(', ') || 'none'}`, () => {
      expect(collidingIdsOf(id)).to.deep.equal(colliding);
    });
});

describe('an external_id that is shown', () => {
  for (const [sent, shown, isAltered] of [
    ['Order-A', 'order-a', true],
    ['Order-A', 'ORDER-A', true],
    ['Order-A', 'Order', false],
    ['Order-A', 'klaviyo:Order-A', true],
    ['Order-A', 'oRDER-a', false],
    ['Order-A', 'order-b', false],
    ['Order-A', '', false],
  ] as const)
    it(`as ${shown || 'nothing'} may ${isAltered ? '' : 'not '}be what was sent as ${sent}`, () => {
      expect(isAlteredFrom(sent, shown)).to.equal(isAltered);
    });
});

describe('an external_id that is cut', () => {
  for (const [sent, shown, isCut] of [
    ['order-17', 'order-1', true],
    ['order-17', 'order-17', true],
    ['order-17', 'order-2', false],
    ['order-17', '', false],
  ] as const)
    it(`may ${isCut ? '' : 'not '}be shown as ${shown || 'nothing'} when it was sent as ${sent}`, () => {
      expect(isCutFrom(sent, shown)).to.equal(isCut);
    });
});
