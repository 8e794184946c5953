import { expect } from 'chai';
import fc from 'fast-check';
import { tokenRefusalIn } from '../../../src/omneo/token/tokenrefusal.ts';

describe("a token endpoint's refusal", () => {
  const rows: [answer: object, ...names: string[]][] = [
    [{ error: 'invalid_client', error_description: 'no', message: 'no' }, 'invalid_client'],
    [{ error: 'unsupported_grant_type' }, 'unsupported_grant_type'],
    [{ error: 'the_secret_was_hunter2' }],
    [{ error: 'Invalid_Client' }],
    [{ error: true }],
    [{ error: { code: 'invalid_client' } }],
    [{ message: 'invalid', errors: { client_id: ['no'], scope: ['no'] } }, 'client_id', 'scope'],
    [
      { errors: { 'user.name_2': ['no'], Client: [], '7': [], 'a b': [], ['x'.repeat(65)]: [] } },
      'user.name_2',
    ],
    [{ errors: ['no'] }],
    [{ errors: 'no' }],
    [{ error: 'invalid_scope', errors: { scope: ['no'] } }, 'invalid_scope', 'scope'],
  ];
  for (const [answer, ...names] of rows) {
    it(`names ${names.join(', ') || 'nothing'}: ${JSON.stringify(answer).slice(0, 80)}`, () => {
      expect(tokenRefusalIn(JSON.stringify(answer))).to.deep.equal({ isPassing: false, names });
    });
  }

  for (const error of ['server_error', 'temporarily_unavailable', 'slow_down']) {
    it(`is not about the credentials: ${error}`, () => {
      expect(tokenRefusalIn(JSON.stringify({ error }))).to.deep.equal({ isPassing: true, names: [] });
    });
  }

  for (const text of [
    '',
    '<html></html>',
    '[]',
    'null',
    '"error"',
    '{}',
    '{"message":"no"}',
    '{"error":null}',
  ]) {
    it(`is none: ${text}`, () => {
      expect(tokenRefusalIn(text)).to.equal(undefined);
    });
  }

  for (const blank of [null, false, '', {}, []]) {
    it(`is none where the members are there and say nothing: ${JSON.stringify(blank)}`, () => {
      expect(tokenRefusalIn(JSON.stringify({ error: blank, errors: blank }))).to.equal(undefined);
    });
  }

  it('names ten at most, and never anything but names', () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.jsonValue(), fc.oneof(fields, fc.jsonValue()), (error, errors) => {
        const { names = [] } = tokenRefusalIn(JSON.stringify({ error, errors })) ?? {};
        expect(names.length).to.be.at.most(10);
        for (const name of names) expect(name).to.match(/^[a-z][a-z0-9_.]{0,63}$/);
      }),
    );
  });
});
