import { expect } from 'chai';
import fc from 'fast-check';
import { bearerTokenOf } from '../../../src/console/access/bearertoken.ts';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';

const token = fc.stringMatching(/^[\w.~+/-]{1,40}={0,2}$/);

/** The token, or none, of a header that is looked at word by word. */
function bySplitting(header: string): Readonly<{ token: string }> | 'refused' | undefined {
  const [scheme, text, ...more] = header.split(' ').filter((each) => each !== '');
  if (scheme?.toLowerCase() !== 'bearer') return undefined;
  const isToken = text !== undefined && more.length === 0 && /^[\w.~+/-]+=*$/.test(text);
  return isToken ? { token: text } : 'refused';
}

describe('the token of an Authorization header', () => {
  const cases: [string, string | undefined, string | undefined][] = [
    ['no header', undefined, undefined],
    ['an empty one', '', undefined],
    ['another scheme', 'Basic YWRtaW46YWRtaW4=', undefined],
    ['a token without a scheme', 'YWRtaW46YWRtaW4=', undefined],
    ['a scheme that only begins like it', 'BearerToken abc', undefined],
    ['a token', 'Bearer abc.def-1~2+3/4==', 'abc.def-1~2+3/4=='],
    ['the scheme in lower case', 'bearer abc', 'abc'],
    ['blanks around it', '  Bearer   abc  ', 'abc'],
  ];
  for (const [what, header, expected] of cases)
    it(`is ${expected ?? 'none'} of ${what}`, () => {
      expect(bearerTokenOf(header)).to.equal(expected);
    });

  for (const header of [
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer =',
    'Bearer a=b',
    'Bearer ä',
    'Bearer "a"',
  ])
    it(`is refused in ${JSON.stringify(header)}`, () => {
      expect(() => bearerTokenOf(header)).to.throw(ConsoleProblem, 'unauthenticated');
    });

  // Of a header of this length, an expression that goes back over blanks takes hours.
  const blanks = ' '.repeat(1_000_000);

  it('is found between very many blanks', () => {
    expect(bearerTokenOf(`${blanks}Bearer${blanks}abc${blanks}`)).to.equal('abc');
  });

  it('is refused in a header of very many blanks', () => {
    for (const header of [`Bearer a${blanks}b`, `${blanks}Bearer${blanks}`, `Bearer${blanks}"a"`])
      expect(() => bearerTokenOf(header)).to.throw(ConsoleProblem, 'unauthenticated');
  });

  it('is none of another scheme with very many blanks', () => {
    for (const header of [blanks, `${blanks}Basic a${blanks}b`])
      expect(bearerTokenOf(header)).to.equal(undefined);
  });

  it('is what stands alone after the scheme, whatever is between blanks', () => {
    const word = fc.oneof(
      fc.mixedCase(fc.constant('bearer')),
      token,
      fc.constantFrom('', '=', 'a=b', '"a"', 'ä', 'Basic', 'Bearerx', 'Bearer\tx'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const header = words.join(' ');
        const expected = bySplitting(header);
        if (expected === 'refused') expect(() => bearerTokenOf(header)).to.throw(ConsoleProblem);
        else expect(bearerTokenOf(header)).to.equal(expected?.token);
      }),
      { numRuns: 1000 },
    );
  });

  it('is found in whichever way the scheme is written', () => {
    const scheme = fc.mixedCase(fc.constant('bearer'));
    fc.assert(
      fc.property(scheme, token, (word, text) => {
        expect(bearerTokenOf(`${word} ${text}`)).to.equal(text);
      }),
    );
  });

  it('is nothing but the characters of a token, whatever the header is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `Bearer ${text}`),
        ),
        (header) => {
          try {
            expect(bearerTokenOf(header) ?? 'none').to.match(/^[\w.~+/-]+=*$/);
          } catch (error) {
            if (!(error instanceof ConsoleProblem)) throw error;
          }
        },
      ),
    );
  });
});
