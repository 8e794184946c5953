import { expect } from 'chai';
import fc from 'fast-check';
import { benefitRules, parseBenefitWebhook } from '../../src/actions/benefits/payload.ts';
import { toBenefit } from '../../src/actions/benefits/benefitsaction.ts';
import { toCredit } from '../../src/actions/credits/creditsaction.ts';
import { creditRules, parseCreditWebhook } from '../../src/actions/credits/payload.ts';
import { toInteraction } from '../../src/actions/interactions/interactionsaction.ts';
import { interactionRules, parseInteractionWebhook } from '../../src/actions/interactions/payload.ts';
import { parseExact } from '../../src/lib/exactjson.ts';
import { Problem } from '../../src/lib/problem.ts';
import { json } from '../gateway/anyjson.ts';
import { tenantOf } from '../support/rewards.ts';
import { ada } from '../support/webhooks.ts';

/** What no webhook may set, by the names that Omneo has for it. */
const made = { profileId: 'the-profile', externalId: 'the-id' };

const kinds = {
  credits: {
    rules: creditRules,
    parse: (body: unknown) =>
      toCredit(parseCreditWebhook(body, 'both'), tenantOf('acme', { timezone: 'Asia/Tokyo' }), made),
    right: { credit_definition_id: 7, amount: 12.5 },
    sent: {
      ...{ profile_id: 'the-profile', external_id: 'the-id', external_namespace: 'klaviyo-flow' },
      ...{ credit_definition_id: 7, value_initial: 12.5, value_remaining: 12.5 },
    },
  },
  benefits: {
    rules: benefitRules,
    parse: (body: unknown) =>
      toBenefit(parseBenefitWebhook(body, 'both'), tenantOf('acme', { timezone: 'Asia/Tokyo' }), {
        ...made,
        definitionId: 3,
      }),
    right: { benefit_definition_id: 3 },
    sent: { profile_id: 'the-profile', external_id: 'the-id', benefit_definition_id: 3 },
  },
  interactions: {
    rules: interactionRules,
    parse: (body: unknown) =>
      toInteraction(parseInteractionWebhook(body, 'both'), { ...made, now: 1_000_000, reward: undefined }),
    right: { name: 'Opened', action: 'view', channel: 'email', signal: -1, meta: { flow: 'winback' } },
    sent: {
      ...{ profile_id: 'the-profile', name: 'Opened', action: 'view', channel: 'email', signal: -1 },
      ...{ namespace: 'klaviyo-flow', interacted_at: '1970-01-01 00:16:40' },
      meta: { flow: 'winback', external_id: 'the-id' },
    },
  },
};

for (const [name, { rules, parse, right, sent }] of Object.entries(kinds))
  describe(`the payload of ${name}`, () => {
    const parsed = (data: unknown): Readonly<Record<string, unknown>> | Problem => {
      try {
        return parse(parseExact(JSON.stringify({ id: 'a', ...ada, data })));
      } catch (error) {
        if (error instanceof Problem) return error;
        throw error;
      }
    };

    it('becomes what Omneo is sent', () => {
      expect(parsed(right)).to.deep.include(sent);
    });

    if (rules.known.includes('timezone'))
      it('is in the time zone of the tenant unless it names one', () => {
        expect(parsed(right)).to.include({ timezone: 'Asia/Tokyo' });
        expect(parsed({ ...right, timezone: 'Europe/Oslo' })).to.include({ timezone: 'Europe/Oslo' });
      });

    it('never sets what is the gateway’s, whatever else is sent', () => {
      let taken = 0;
      fc.assert(
        fc.property(
          fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...rules.reserved)), json),
          (more) => {
            const result = parsed({ ...more, ...right });
            if (result instanceof Problem) return;
            taken += 1;
            expect(result).to.deep.include(sent);
          },
        ),
        { numRuns: 500 },
      );
      expect(taken).to.be.above(50);
    });

    it('is understood or refused with a problem that names no value, whatever it is', () => {
      const mark = 'Zq7mark';
      const value = fc.oneof(json, fc.constantFrom(mark, `{{ ${mark} }}`, [mark], { [mark]: mark }));
      const fields = fc.record(
        Object.fromEntries([...rules.known, ...rules.reserved].map((field) => [field, value])),
        { requiredKeys: [] },
      );
      fc.assert(
        fc.property(fields, (data) => {
          const result = parsed(data);
          if (result instanceof Problem) {
            expect(result.code).to.equal('invalid_payload');
            expect(JSON.stringify(result.body('r'))).to.not.contain(mark);
          }
        }),
        { numRuns: 500 },
      );
    });

    it('says compiled what the definition in yup says', () => {
      const verdicts = new Set<boolean>();
      const data = fc.record(
        Object.fromEntries(rules.known.map((field) => [field, fc.option(json, { nil: undefined })])),
        { requiredKeys: [] },
      );
      const top = { id: fc.constant('a'), person_id: fc.constant('b'), email: fc.constant('a@b.c') };
      fc.assert(
        fc.property(fc.record({ ...top, data: fc.oneof(data, fc.constant({ ...right })) }), (value) => {
          const verdict = rules.both.isSound(value);
          verdicts.add(verdict);
          expect(rules.both.schema.isValidSync(value, { strict: true })).to.equal(verdict);
        }),
        { numRuns: 1000 },
      );
      expect(verdicts.size).to.equal(2);
    });
  });
