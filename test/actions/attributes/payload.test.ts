import { expect } from 'chai';
import fc from 'fast-check';
import { toFields } from '../../../src/actions/attributes/attributesaction.ts';
import { attributeRules, parseAttributeWebhook } from '../../../src/actions/attributes/payload.ts';
import { parseExact } from '../../../src/lib/exactjson.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { json } from '../../gateway/anyjson.ts';
import { ada } from '../../support/webhooks.ts';

const right = { namespace: 'pet', handle: 'breed', value: 'beagle' };

function parsed(data: unknown): ReturnType<typeof parseAttributeWebhook> | Problem {
  try {
    return parseAttributeWebhook(parseExact(JSON.stringify({ id: 'a', ...ada, data })), 'both');
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

describe('The payload of attributes', () => {
  const plain = fc.oneof(
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    fc.stringMatching(/^[a-zA-Z0-9äßø'"<> .,:;/-]{1,255}$/).filter((text) => !/^\s*(none)?\s*$/i.test(text)),
  );

  it('sets the very value that was sent, but for blanks around text', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const webhook = parsed({ ...right, value });
        if (webhook instanceof Problem) return expect.fail(webhook.detail);
        const meant = typeof value === 'string' ? value.trim() : value;
        expect(webhook.value).to.equal(meant);
        expect(toFields(webhook)).to.deep.include({ value: meant });
      }),
    );
  });

  it('has values of 255 characters at most, and is bounded itself so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.constantFrom(...Object.keys(right)),
        (length, field) => {
          const isTaken = !(parsed({ ...right, [field]: 'a'.repeat(length) }) instanceof Problem);
          expect(isTaken).to.equal(length <= 255);
        },
      ),
    );
  });

  it('is of names that make one path, and no other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (handle) => {
        const webhook = parsed({ ...right, handle });
        if (webhook instanceof Problem) return;
        expect(webhook.handle).not.to.match(/[:/?#%\\]|^\s|\s$/);
        expect(
          new URL(`https://a/x/pet:${encodeURIComponent(webhook.handle)}`).pathname.split('/'),
        ).to.have.length(3);
      }),
      { numRuns: 1000 },
    );
  });

  it('passes on whatever else is sent, and never what is the gateway’s', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...attributeRules.reserved, 'type')), json),
        (more) => {
          const webhook = parsed({ ...more, ...right });
          if (webhook instanceof Problem) return;
          taken += 1;
          const fields = toFields(webhook);
          expect(fields).to.include({ value: 'beagle' });
          for (const name of ['id', 'profile_id', 'external_id', 'namespace', 'handle'])
            expect(Object.hasOwn(fields, name), name).to.equal(false);
        },
      ),
      { numRuns: 500 },
    );
    expect(taken).to.be.above(50);
  });

  it('is understood or refused with a problem that names no value, whatever it is', () => {
    const mark = 'Zq7mark';
    const value = fc.oneof(json, fc.constantFrom(mark, `{{ ${mark} }}`, [mark], { [mark]: mark }));
    const { known, reserved } = attributeRules;
    const fields = fc.record(Object.fromEntries([...known, ...reserved].map((field) => [field, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(fields, (data) => {
        const result = parsed(data);
        if (!(result instanceof Problem)) return;
        expect(result.code).to.equal('invalid_payload');
        expect(JSON.stringify(result.body('r'))).to.not.contain(mark);
      }),
      { numRuns: 500 },
    );
  });

  it('says compiled what the definition in yup says', () => {
    const verdicts = new Set<boolean>();
    const { known } = attributeRules;
    const any = fc.record(
      Object.fromEntries(known.map((name) => [name, fc.option(json, { nil: undefined })])),
      {
        requiredKeys: [],
      },
    );
    const top = { id: fc.constant('a'), person_id: fc.constant('b'), email: fc.constant('a@b.c') };
    fc.assert(
      fc.property(fc.record({ ...top, data: fc.oneof(any, fc.constant({ ...right })) }), (value) => {
        const verdict = attributeRules.both.isSound(value);
        verdicts.add(verdict);
        expect(attributeRules.both.schema.isValidSync(value, { strict: true })).to.equal(verdict);
      }),
      { numRuns: 1000 },
    );
    expect(verdicts.size).to.equal(2);
  });
});
