import fc from 'fast-check';

const members = fc.constantFrom(
  ...['id', 'person_id', 'email', 'data', 'reward_definition_id', 'amount', 'meta', 'timezone', 'profile_id'],
  ...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'expires_at'],
);
const residue = fc.constantFrom('', 'None', '{{ x }}', '&amp;', '$25.00', '25.0', 'NaN', 'a@b.c');

/** Numbers as they are written, which parseExact keeps when a double does not. */
const numerals = fc
  .constantFrom('0.10', '-0', '1e400', '25.0', '1e3', '0.001', '12345678901234567890', '-1e-400', '42.0')
  .map((numeral) => JSON.rawJSON(numeral));

/** Any JSON, with the names and the values that webhooks are made of. */
export const { tree: json } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(residue, numerals, fc.jsonValue({ maxDepth: 1 }), fc.double(), fc.string({ unit: 'binary' })),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(members, fc.string()), tie('tree')), { maxLength: 8 }).map(Object.fromEntries),
  ),
}));
