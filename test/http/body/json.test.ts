import { expect } from 'chai';
import fc from 'fast-check';
import { breakIn } from '../../../src/http/body/json.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // which is the answer
  }
}

describe('breakIn', () => {
  it('finds nothing in JSON, however it is laid out', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        expect(breakIn(text)).to.equal(null);
        expect(breakIn(JSON.stringify(JSON.parse(text), null, indent))).to.equal(null);
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '\\',
        '1',
        '-',
        '0',
        '.5',
        'e9',
        'true',
        'null',
        'nul',
        ' ',
        '\n',
      ],
      ...['\u0000', '"\\u00e9"', '"\\x"', '\ufeff', '\u00a0', "'a'"],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.tuple(fc.json(), fc.nat(), piece).map(([json, at, extra]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + extra + json.slice(cut);
      }),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(breakIn(each) === null).to.equal(isJson(each));
      }),
      { numRuns: 5000 },
    );
  });

  it('is quick with the longest and the deepest bodies', () => {
    for (const text of [
      '['.repeat(65_536),
      '"'.padEnd(65_536, '\\n'),
      '{"a":'.repeat(13_000),
      '1'.repeat(65_536) + 'x',
    ]) {
      const begun = performance.now();
      expect(breakIn(text)).to.not.equal(null);
      expect(performance.now() - begun).to.be.below(1000);
    }
  });
});
