import { isRecord, json, type Answer } from './http.ts';

type Fields = Record<string, unknown>;

/** How a token endpoint may answer otherwise than RFC 6749 says, each by a word; a token that it holds is good. */
const oddities = {
  noType: (fields: Fields) => ({ ...fields, token_type: undefined }),
  nullType: (fields: Fields) => ({ ...fields, token_type: null }),
  oddType: (fields: Fields) => ({ ...fields, token_type: 'Token' }),
  noLifetime: (fields: Fields) => ({ ...fields, expires_in: undefined }),
  nullLifetime: (fields: Fields) => ({ ...fields, expires_in: null }),
  negativeLifetime: (fields: Fields) => ({ ...fields, expires_in: -1 }),
  textLifetime: (fields: Fields) => ({ ...fields, expires_in: '3600' }),
  nonsenseLifetime: (fields: Fields) => ({ ...fields, expires_in: 'NaN' }),
  nullScope: (fields: Fields) => ({ ...fields, scope: null }),
  nullRefreshToken: (fields: Fields) => ({ ...fields, refresh_token: null }),
  nullIdToken: (fields: Fields) => ({ ...fields, id_token: null }),
  noToken: (fields: Fields) => ({ ...fields, access_token: undefined }),
  emptyToken: (fields: Fields) => ({ ...fields, access_token: '' }),
  brokenToken: (fields: Fields) => ({ ...fields, access_token: 'two\nlines' }),
  wrapped: (fields: Fields) => ({ data: fields }),
} satisfies Record<string, (fields: Fields) => Fields>;

/** Answers in place of a token's, whatever is asked. */
const refusals = {
  unprocessable: () =>
    json(422, {
      message: 'The given data was invalid.',
      errors: { client_id: ['The client id field is required.'], scope: ['The scope is unknown.'] },
    }),
  errorIn200: () => json(200, { error: 'invalid_client', error_description: 'Client authentication failed' }),
};

export type TokenOddity = keyof typeof oddities | keyof typeof refusals | 'created';

export const tokenOddities: readonly string[] = [
  ...Object.keys(oddities),
  ...Object.keys(refusals),
  'created',
] satisfies string[];

/** The answer with all of these oddities, one after the other; a refusal stays as it is, unless one takes its place. */
export function distort(answer: Answer, words: readonly TokenOddity[]): Answer {
  return words.reduce(distortOnce, answer);
}

function distortOnce(answer: Answer, word: TokenOddity): Answer {
  if (word === 'unprocessable' || word === 'errorIn200') return refusals[word]();
  const fields: unknown = JSON.parse(answer.body.toString());
  if (answer.status >= 300 || !isRecord(fields)) return answer;
  return word === 'created' ? { ...answer, status: 201 } : json(answer.status, oddities[word](fields));
}
