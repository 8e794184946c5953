import { expect } from 'chai';
import fc from 'fast-check';
import { rewardRules as webhookRules } from '../../../src/actions/rewards/payload.ts';
import { tidyNumber } from '../../../src/actions/payload/template.ts';
import { json } from '../../gateway/anyjson.ts';

describe('the rules of a payload', () => {
  it('say compiled what the definition in yup says', () => {
    const field = (sound: unknown) => fc.oneof({ weight: 6, arbitrary: fc.constant(sound) }, json);
    const amount = fc.stringMatching(/^-?[0-9]{1,16}(\.[0-9]{1,4})?$/).map(tidyNumber);
    const data = fc.record(
      {
        reward_definition_id: field(42),
        amount: fc.oneof(field(10), amount),
        meta: field({ flow: 'winback' }),
        timezone: field('Australia/Melbourne'),
        issued_at: field('2026-11-23'),
        expires_at: field(undefined),
        profile_id: field(undefined),
        external_id: field(undefined),
      },
      { requiredKeys: [] },
    );
    const top = {
      id: field('r-1'),
      person_id: field('01ACMEADA'),
      email: field('ada@example.com'),
      data,
    };
    const identifiers = fc.constantFrom('both' as const, 'any' as const);
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(fc.record(top), identifiers, (value, which) => {
        const { schema, isSound } = webhookRules[which];
        const verdict = isSound(value);
        verdicts.add(verdict);
        expect(schema.isValidSync(value, { strict: true })).to.equal(verdict);
      }),
      { numRuns: 3000 },
    );
    expect(verdicts.size).to.equal(2);
  });
});
