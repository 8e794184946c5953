import { expect } from 'chai';
import fc from 'fast-check';
import { canonical, decimalOf } from '../../../src/actions/rewards/decimal.ts';

const canonicalOf = (numeral: string): string | null => {
  const decimal = decimalOf(numeral);
  return decimal && canonical(decimal);
};

describe('a decimal number', () => {
  it('is the same however it is spelt', () => {
    for (const [numeral, same] of Object.entries({
      '0': '0e0',
      '-0.00e5': '0e0',
      '000': '0e0',
      '25': '25e0',
      '25.0': '25e0',
      '0025.10': '251e-1',
      '2.51e1': '251e-1',
      '-0.001': '-1e-3',
      '1e400': '1e400',
      '1200': '12e2',
      '1.20E+3': '12e2',
      '12345678901234567890.5': '123456789012345678905e-1',
    })) {
      expect(canonicalOf(numeral), numeral).to.equal(same);
    }
  });

  it('is nothing else', () => {
    for (const text of ['', '-', '.5', '5.', '+5', '1e', 'NaN', 'Infinity', '0x10', ' 5', '1,000', '٢']) {
      expect(decimalOf(text), text).to.equal(null);
    }
  });

  it('is as large as Number says', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?\d{1,8}(\.\d{1,8})?(e[+-]?\d)?$/), (numeral) => {
        expect(Number(canonicalOf(numeral)) + 0).to.equal(Number(numeral) + 0);
      }),
    );
  });
});
