import { expect } from 'chai';
import fc from 'fast-check';
import {
  canonical,
  decimalOf,
  isRawNumber,
  isRecord,
  numeralOf,
  parseExact,
} from '../../src/lib/exactjson.ts';

const digits = fc.stringMatching(/^\d{1,25}$/);
const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,24}$/));
const exponent = fc.stringMatching(/^[eE][+-]?\d{1,3}$/);

/** Any number that JSON can spell. */
const numeral = fc
  .tuple(fc.constantFrom('', '-'), whole, fc.option(digits), fc.option(exponent))
  .map(
    ([sign, before, after, power]) => `${sign}${before}${after === null ? '' : `.${after}`}${power ?? ''}`,
  );

describe('parseExact', () => {
  for (const text of [
    ...['12345678901234567890', '-12345678901234567890', '9007199254740993', '1e400', '-1e400', '1e-400'],
    ...['0.10', '25.0', '-0', '-0.0', '0e0', '1E3', '1e+21', '0.0000001', '0.12345678901234567', '10.00'],
  ]) {
    it(`writes ${text} as it was written, wherever it is`, () => {
      for (const body of [text, `[${text}]`, `{"a":${text}}`, `{"a":{"b":[1,${text}]}}`]) {
        expect(JSON.stringify(parseExact(body))).to.equal(body);
        const spaced = body.replaceAll(/([[:,])/g, '$1\n ');
        expect(JSON.stringify(parseExact(` ${spaced} `))).to.equal(body);
      }
    });
  }

  it('loses no digit of any number', () => {
    fc.assert(
      fc.property(fc.array(numeral), (numerals) => {
        const text = `{"a":[${numerals.join(',')}]}`;
        expect(JSON.stringify(parseExact(text))).to.equal(text);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives a plain number whenever String() writes it as it was written', () => {
    for (const text of ['0', '42', '-7', '25.5', '9007199254740992', '1e+21', '1e-7', '0.000001'])
      expect(parseExact(text)).to.equal(Number(text));
    fc.assert(
      fc.property(numeral, (text) => {
        const value = parseExact(text);
        if (String(Number(text)) === text) expect(value).to.equal(Number(text));
        else expect(value).to.satisfy(isRawNumber);
        expect(numeralOf(value)).to.equal(text);
      }),
      { numRuns: 3000 },
    );
  });

  it('is JSON.parse for anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseExact(text))).to.equal(text);
        expect(JSON.stringify(parseExact(`[${text},0.10]`))).to.equal(`[${text},0.10]`);
      }),
    );
    for (const text of ['', '{', '{"a":01}', '{"a":0.10', "{'a':1.0}"]) {
      expect(() => parseExact(text), text).to.throw(SyntaxError);
    }
  });

  it('keeps keys that name prototypes as fields of their own', () => {
    const text = '{"__proto__":{"a":0.10},"constructor":{"prototype":1.0},"toString":1}';
    const value = parseExact(text);
    expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
    expect(JSON.stringify(value)).to.equal(text);
    expect({}).to.not.have.property('a');
  });

  it('takes whatever nesting JSON.parse takes', () => {
    for (const depth of [1000, 30_000]) {
      let levels = 0;
      let value = parseExact(`${'['.repeat(depth)}0.10${']'.repeat(depth)}`);
      for (; Array.isArray(value); [value] = value as unknown[]) levels += 1;
      expect(levels).to.equal(depth);
    }
  });
});

describe('a number as it is written', () => {
  it('is no record, no text and no plain number', () => {
    const value = parseExact('1.0');
    expect(isRecord(value)).to.equal(false);
    expect(isRecord({ rawJSON: '1.0' })).to.equal(true);
    expect(isRawNumber({ rawJSON: '1.0' })).to.equal(false);
    expect(numeralOf({ rawJSON: '1.0' })).to.equal(null);
    expect(numeralOf('1.0')).to.equal(null);
  });
});

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
