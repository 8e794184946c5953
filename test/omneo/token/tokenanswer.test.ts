import { expect } from 'chai';
import fc from 'fast-check';
import { tokenAnswerOf } from '../../../src/omneo/token/tokenanswer.ts';

const good = { token_type: 'Bearer', expires_in: 3600, access_token: 'fresh' };

/** `NaN` cannot be had from JSON.stringify. */
const bare = (literal: string) => JSON.stringify({ ...good, expires_in: 0 }).replace(':0', `: ${literal}`);

describe("a token endpoint's answer", () => {
  type Row = [answer: object | string, lifetime: number | undefined, ...deviations: string[]];
  const rows: Row[] = [
    [good, 3600],
    [{ ...good, token_type: 'bearer' }, 3600],
    [{ ...good, token_type: 'BEARER', scope: '*', refresh_token: 'r', id_token: 'no.jwt.at-all' }, 3600],
    [{ ...good, unknown: null, message: ['x'] }, 3600],
    [{ ...good, token_type: undefined }, 3600, 'token_type is missing'],
    [{ ...good, token_type: null }, 3600, 'token_type is null'],
    [{ ...good, token_type: 'DPoP' }, 3600, 'token_type is not Bearer'],
    [{ ...good, token_type: '' }, 3600, 'token_type is not Bearer'],
    [{ ...good, token_type: 7 }, 3600, 'token_type is not Bearer'],
    [{ ...good, expires_in: undefined }, undefined],
    [{ ...good, expires_in: null }, undefined, 'expires_in is null'],
    [{ ...good, expires_in: 1 }, 1],
    [{ ...good, expires_in: 86_400.5 }, 86_400.5],
    [{ ...good, expires_in: 1e300 }, 31_536_000],
    [{ ...good, expires_in: '3600' }, 3600, 'expires_in is text'],
    [{ ...good, expires_in: ' 3600.0 ' }, 3600, 'expires_in is text'],
    ...[
      -1,
      0,
      0.5,
      '-1',
      '0',
      '',
      ' ',
      '1 hour',
      '3600s',
      '0x10',
      '1e3',
      'NaN',
      'Infinity',
      true,
      [],
      {},
    ].map((value): Row => [{ ...good, expires_in: value }, 60, 'expires_in is not a lifetime']),
    ...['NaN', 'Infinity', '-Infinity', '1e999', '-1e999'].map((literal): Row => [
      bare(literal),
      60,
      'expires_in is not a lifetime',
    ]),
    [{ ...good, scope: null }, 3600, 'scope is null'],
    [{ ...good, scope: ['*'] }, 3600, 'scope is not text'],
    [{ ...good, refresh_token: null }, 3600, 'refresh_token is null'],
    [{ ...good, refresh_token: 1 }, 3600, 'refresh_token is not text'],
    [{ ...good, id_token: null }, 3600, 'id_token is null'],
    [{ ...good, id_token: {} }, 3600, 'id_token is not text'],
    [{ data: good }, 3600, 'access_token is within data'],
    [{ data: [good] }, 3600, 'access_token is within data'],
    [
      { token_type: 'Bearer', expires_in: 60, data: { access_token: 'fresh' } },
      60,
      'access_token is within data',
    ],
    [{ access_token: null, data: good }, 3600, 'access_token is within data'],
    [{ ...good, data: { access_token: 'other' } }, 3600],
    [
      { data: { access_token: 'fresh', scope: null } },
      undefined,
      'access_token is within data',
      'token_type is missing',
      'scope is null',
    ],
  ];
  for (const [answer, lifetime, ...deviations] of rows) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    it(`is a token, ${deviations.join(', ') || 'as it should be'}: ${text}`, () => {
      const expiry = lifetime === undefined ? {} : { expires_in: lifetime };
      const body = { access_token: 'fresh', token_type: 'Bearer', ...expiry };
      expect(tokenAnswerOf(200, text)).to.deep.equal({ kind: 'token', body, deviations });
    });
  }

  for (const status of [201, 202, 203, 206, 299]) {
    it(`is a token with a ${status}`, () => {
      expect(tokenAnswerOf(status, JSON.stringify(good)))
        .to.have.property('deviations')
        .that.deep.equals([`the status is ${status}`]);
    });
  }

  const tokens: [token: unknown, wording: string | undefined][] = [
    ['a.b-c_d~e+f/g==', undefined],
    ['7|laravel-sanctum', undefined],
    ['"quoted"', undefined],
    ['with a blank', undefined],
    [undefined, 'is missing'],
    [null, 'is missing'],
    ['', 'is empty'],
    [' \t\n', 'is empty'],
    [7, 'is not text'],
    [true, 'is not text'],
    [{ token: 'x' }, 'is not text'],
    ['two\nlines', 'has characters that cannot stand in a header'],
    ['two\r\nlines: x', 'has characters that cannot stand in a header'],
    ['at the end\n', 'has characters that cannot stand in a header'],
    ['nul\0', 'has characters that cannot stand in a header'],
    ['é', 'has characters that cannot stand in a header'],
    ['\u{1F381}', 'has characters that cannot stand in a header'],
    [' before', 'has characters that cannot stand in a header'],
    ['\u007F', 'has characters that cannot stand in a header'],
  ];
  for (const [token, wording] of tokens) {
    it(`has a token that ${wording ?? 'is usable'}: ${JSON.stringify(token)}`, () => {
      const answer = tokenAnswerOf(200, JSON.stringify({ ...good, access_token: token }));
      if (wording === undefined) expect(answer).to.have.nested.property('body.access_token', token);
      else expect(answer).to.deep.equal({ kind: 'none', reason: `access_token ${wording}` });
    });
  }

  for (const text of [
    '',
    '<html></html>',
    'null',
    '7',
    '"fresh"',
    '[]',
    '{}',
    '{"data":null}',
    '{"data":[]}',
    '{',
  ]) {
    it(`has no token: ${text}`, () => {
      expect(tokenAnswerOf(200, text)).to.deep.equal({ kind: 'none', reason: 'access_token is missing' });
    });
  }

  it('is read without an error and without a word of its values, whatever it is', () => {
    const members = [
      'access_token',
      'token_type',
      'expires_in',
      'scope',
      'refresh_token',
      'id_token',
      'data',
    ];
    const value = fc.oneof(
      fc.constantFrom('marker', 'Bearer', 'marker\n', '3600', '-1'),
      fc.jsonValue(),
      fc.record({ access_token: fc.constantFrom('marker', null), token_type: fc.constant('marker') }),
    );
    const answer = fc.dictionary(fc.constantFrom(...members), value).map((each) => JSON.stringify(each));
    fc.assert(
      fc.property(fc.oneof(answer, fc.string()), fc.integer({ min: 200, max: 299 }), (text, status) => {
        const read = tokenAnswerOf(status, text);
        const said = read.kind === 'token' ? read.deviations.join() : read.reason;
        expect(said).not.to.include('marker');
        if (read.kind === 'none') return;
        expect(new Headers({ authorization: read.body.access_token }).get('authorization')).to.equal(
          read.body.access_token,
        );
        expect(read.body.expires_in ?? 1).to.be.within(1, 31_536_000);
      }),
    );
  });
});
