import { expect } from 'chai';
import fc from 'fast-check';
import { type AttributeValue, isSameValue, typeOf } from '../../../src/omneo/attributes/attributevalue.ts';

describe('The value of an attribute', () => {
  for (const [value, type] of [
    ['7', 'string'],
    [7, 'integer'],
    [0, 'integer'],
    [7.5, 'float'],
    [true, 'boolean'],
  ] as const)
    it(`${JSON.stringify(value)} is of the type ${type}`, () => {
      expect(typeOf(value)).to.equal(type);
    });

  const table: [AttributeValue, unknown, boolean][] = [
    ['beagle', 'beagle', true],
    ['beagle', 'Beagle', false],
    ['7', 7, true],
    ['7', '7.0', false],
    ['', null, false],
    ['null', null, false],
    [7, '7', true],
    [7, '7.00', true],
    [7, '8', false],
    [0, null, false],
    [0, '', false],
    [true, true, true],
    [true, 1, true],
    [true, '1', true],
    [true, 'true', true],
    [true, '0', false],
    [true, null, false],
    [false, '0', true],
    [false, '', true],
    [false, null, false],
    [false, undefined, false],
  ];
  for (const [value, shown, isSame] of table)
    it(`${JSON.stringify(value)} is ${isSame ? '' : 'not '}what Omneo shows as ${shown === undefined ? 'nothing' : JSON.stringify(shown)}`, () => {
      expect(isSameValue(value, shown)).to.equal(isSame);
    });

  it('is known again as it was sent and as text, whatever it is, and no other is taken for it', () => {
    const value = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    );
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(isSameValue(one, one)).to.equal(true);
        expect(isSameValue(one, String(one))).to.equal(true);
        if (typeof one === typeof other && one !== other) expect(isSameValue(one, other)).to.equal(false);
      }),
    );
  });
});
