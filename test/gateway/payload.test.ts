import { expect } from 'chai';
import fc from 'fast-check';
import { parseWebhook, type Webhook } from '../../src/gateway/payload.ts';
import { Problem } from '../../src/gateway/problem.ts';
import { hints } from '../../src/gateway/template.ts';
import { fuzz } from '../fuzz.ts';
import { json } from './anyjson.ts';

type Changes = Record<string, unknown>;

const right = { id: 'r-1', person_id: '01ACMEADA', email: 'ada@example.com' };

/** A webhook with these fields changed; undefined takes one away, as it does in JSON. */
function payload(changes: Changes = {}, data: Changes = {}): unknown {
  const full = { ...right, data: { reward_definition_id: 42, amount: 10, ...data }, ...changes };
  return JSON.parse(JSON.stringify(full));
}

/** What is wrong with a payload, as "field code". */
function faults(body: unknown, identifiers: 'both' | 'any' = 'both'): string[] {
  try {
    parseWebhook(body, identifiers);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).to.equal('invalid_payload');
    for (const { code, hint } of error.errors) expect(hint).to.equal(hints[code as keyof typeof hints]);
    const [first] = error.errors;
    const fields = error.errors.map(({ field }) => field).join(', ');
    expect(error.detail).to.equal(`Fix ${fields}: ${first!.field} ${first!.hint}`);
    return error.errors.map(({ field, code }) => `${field} ${code}`);
  }
}

describe('parseWebhook', () => {
  it('understands a webhook that is right', () => {
    const webhook = parseWebhook(payload({}, { meta: { flow: 'winback' }, note: 'hello' }), 'both');
    expect(webhook).to.deep.equal({
      id: 'r-1',
      personId: '01ACMEADA',
      email: 'ada@example.com',
      definitionId: 42,
      amount: 10,
      fields: { note: 'hello', meta: { flow: 'winback' } },
    });
    expect(webhook).to.be.frozen;
    expect(webhook.fields).to.be.frozen;
  });

  describe('names every mistake', () => {
    const cases: readonly (readonly [what: string, body: unknown, ...faults: string[]])[] = [
      ['nothing', {}, 'data missing'],
      ['no data', payload({ data: undefined }), 'data missing'],
      ['data that is null', payload({ data: null }), 'data missing'],
      ['data as text', payload({ data: "{'amount': 5}" }), 'data not_an_object'],
      ['data as a list', payload({ data: [1] }), 'data not_an_object'],
      ['a list', [], 'body not_an_object'],
      ['text', 'x', 'body not_an_object'],
      ['null', null, 'body not_an_object'],
      [
        'empty data and nobody',
        { data: {} },
        'person_id missing',
        'email missing',
        'data.reward_definition_id missing',
        'data.amount missing',
      ],
      ...['', '   ', '\n', 'None', 'none', ' NONE ', null, undefined].flatMap((blank) => [
        [`person_id ${JSON.stringify(blank)}`, payload({ person_id: blank }), 'person_id missing'] as const,
        [`email ${JSON.stringify(blank)}`, payload({ email: blank }), 'email missing'] as const,
        [`amount ${JSON.stringify(blank)}`, payload({}, { amount: blank }), 'data.amount missing'] as const,
        [
          `reward_definition_id ${JSON.stringify(blank)}`,
          payload({}, { reward_definition_id: blank }),
          'data.reward_definition_id missing',
        ] as const,
      ]),
      ['an unrendered person_id', payload({ person_id: '{{ person.id }}' }), 'person_id unrendered'],
      ['half a tag', payload({ id: 'x-{{ event.id' }), 'id unrendered'],
      ['the end of a tag', payload({ id: 'event.id }}' }), 'id unrendered'],
      ['a block tag', payload({ email: '{% if person %}a@b.c' }), 'email unrendered'],
      ['an unrendered amount', payload({}, { amount: '{{ event.amount }}' }), 'data.amount unrendered'],
      ['an unrendered meta', payload({}, { meta: '{{ event }}' }), 'data.meta unrendered'],
      ['an unrendered date', payload({}, { expires_at: '{{ event.until }}' }), 'data.expires_at unrendered'],
      ['an unrendered date of issue', payload({}, { issued_at: '{{ x }}' }), 'data.issued_at unrendered'],
      ['an unrendered timezone', payload({}, { timezone: '{{ person.tz }}' }), 'data.timezone unrendered'],
      ['an escaped e-mail', payload({ email: 'o&#39;brien@example.com' }), 'email escaped'],
      ['an escaped e-mail in hex', payload({ email: 'o&#x27;brien@example.com' }), 'email escaped'],
      ['an escaped id', payload({ id: 'a&amp;b' }), 'id escaped'],
      ['an escaped amount', payload({}, { amount: '&quot;25&quot;' }), 'data.amount escaped'],
      ['an e-mail without @', payload({ email: 'ada' }), 'email not_an_email'],
      ['two e-mails', payload({ email: 'a@b.c, d@e.f' }), 'email not_an_email'],
      ['a person_id that is true', payload({ person_id: true }), 'person_id not_text'],
      ['an e-mail that is a list', payload({ email: ['a@b.c'] }), 'email not_text'],
      ['an id that is an object', payload({ id: {} }), 'id not_text'],
      ['an id with a fraction', payload({ id: 1.5 }), 'id not_text'],
      ['an id beyond whole numbers', payload({ id: 2 ** 53 }), 'id not_text'],
      ['an id of 256 characters', payload({ id: 'x'.repeat(256) }), 'id too_long'],
      ['an e-mail of 256 characters', payload({ email: `${'x'.repeat(250)}@b.com` }), 'email too_long'],
      ['a control character', payload({ id: 'a\u0007b' }), 'id not_readable'],
      ['a line break within', payload({ person_id: 'a\nb' }), 'person_id not_readable'],
      ['half a surrogate pair', payload({ id: 'a\ud800' }), 'id not_readable'],
      ['what broken UTF-8 becomes', payload({ email: 'a\ufffd@b.c' }), 'email not_readable'],
      ...[
        '$25.00',
        '1e3',
        'NaN',
        'Infinity',
        '0x10',
        '1,000',
        '25.',
        '.5',
        '+5',
        '٢٥',
        '5 5',
        '--5',
        '1/2',
      ].map((amount) => [`amount "${amount}"`, payload({}, { amount }), 'data.amount not_a_number'] as const),
      ...[[5], {}, true, false, []].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount not_a_number'] as const,
      ),
      ['an amount beyond all numbers', payload({}, { amount: '9'.repeat(400) }), 'data.amount not_a_number'],
      ...[0, -1, '0', '-0', '0.00', '-5.5'].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount not_positive'] as const,
      ),
      ...[0, -42, 4.5, '42.5', 2 ** 53].map(
        (id) =>
          [
            `reward_definition_id ${JSON.stringify(id)}`,
            payload({}, { reward_definition_id: id }),
            'data.reward_definition_id not_an_id',
          ] as const,
      ),
      [
        'a reward_definition_id that is a handle',
        payload({}, { reward_definition_id: 'winback' }),
        'data.reward_definition_id not_a_number',
      ],
      ...[[1], 'text', 5, true].map(
        (meta) => [`meta ${JSON.stringify(meta)}`, payload({}, { meta }), 'data.meta not_an_object'] as const,
      ),
      ...['Mars/Olympus', '+10:00', 5, {}].map(
        (timezone) =>
          [
            `timezone ${JSON.stringify(timezone)}`,
            payload({}, { timezone }),
            'data.timezone not_a_timezone',
          ] as const,
      ),
      ...['profile_id', 'external_id', 'value_initial', 'value_remaining'].flatMap((field) =>
        ['x', 5, null, ''].map(
          (value) =>
            [
              `${field} ${JSON.stringify(value)}`,
              payload({}, { [field]: value }),
              `data.${field} set_by_gateway`,
            ] as const,
        ),
      ),
      [
        'several at once',
        payload({ email: '' }, { amount: '$5' }),
        'email missing',
        'data.amount not_a_number',
      ],
    ];
    for (const [what, body, ...expected] of cases) {
      it(what, () => {
        expect(faults(body)).to.have.members(expected);
      });
    }

    it('nesting of more than 32 levels', () => {
      const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
      expect(faults(payload({}, { meta: nested(31) }))).to.deep.equal([]);
      expect(faults(payload({}, { meta: nested(32) }))).to.deep.equal(['data too_deep']);
      expect(faults(payload({}, { other: [nested(31)] }))).to.deep.equal(['data too_deep']);
    });
  });

  describe('with identifiers: any', () => {
    it('needs one of person_id and email', () => {
      expect(faults(payload({ email: '' }), 'any')).to.deep.equal([]);
      expect(faults(payload({ person_id: 'None' }), 'any')).to.deep.equal([]);
      expect(faults(payload({ person_id: ' ', email: null }), 'any')).to.deep.equal(['email nobody']);
    });

    it('still checks the one that is given', () => {
      expect(faults(payload({ person_id: '', email: 'x' }), 'any')).to.deep.equal(['email not_an_email']);
      expect(faults(payload({ person_id: '{{ x }}' }), 'any')).to.deep.equal(['person_id unrendered']);
    });
  });

  describe('takes what templates make of a value', () => {
    const taken: readonly (readonly [what: string, body: unknown, understood: Partial<Webhook>])[] = [
      ['white space around text', payload({ email: ' ada@example.com\n' }), { email: 'ada@example.com' }],
      ['a blank id as none', payload({ id: ' ' }), { id: null }],
      ['id None as none', payload({ id: 'None' }), { id: null }],
      ['a missing id as none', payload({ id: undefined }), { id: null }],
      ['a number as id', payload({ id: 12345 }), { id: '12345' }],
      ['the id 0', payload({ id: 0 }), { id: '0' }],
      ['a number as person_id', payload({ person_id: 77 }), { personId: '77' }],
      ['a numeric string', payload({}, { amount: '25.0' }), { amount: 25 }],
      ['a numeric string with spaces', payload({}, { amount: ' 25 ' }), { amount: 25 }],
      ['a definition as string', payload({}, { reward_definition_id: '42.0' }), { definitionId: 42 }],
      ['a very small amount', payload({}, { amount: 0.01 }), { amount: 0.01 }],
      ['other fields as they are', payload({}, { x: [1, { y: null }] }), { fields: { x: [1, { y: null }] } }],
      ['a blank meta as none', payload({}, { meta: '' }), { fields: {} }],
      ['meta null as none', payload({}, { meta: null }), { fields: {} }],
      ['meta None as none', payload({}, { meta: 'None' }), { fields: {} }],
      ['a blank timezone as none', payload({}, { timezone: '' }), { fields: {} }],
      ['blank dates as none', payload({}, { issued_at: '', expires_at: 'None' }), { fields: {} }],
      [
        'dates as they are',
        payload({}, { issued_at: '2026-01-01' }),
        { fields: { issued_at: '2026-01-01' } },
      ],
      ['a time zone', payload({}, { timezone: 'Asia/Tokyo ' }), { fields: { timezone: 'Asia/Tokyo' } }],
      ['an e-mail with + and apostrophe', payload({ email: "o'b+x@b.co" }), { email: "o'b+x@b.co" }],
      ['braces in meta', payload({}, { meta: { a: '{{ b }}' } }), { fields: { meta: { a: '{{ b }}' } } }],
    ];
    for (const [what, body, understood] of taken) {
      it(what, () => {
        expect(parseWebhook(body, 'both')).to.deep.include(understood);
      });
    }
  });

  describe('for any JSON', () => {
    const anyWebhook = fc
      .record({ id: json, person_id: json, email: json, data: json }, { requiredKeys: ['data'] })
      .chain((top) =>
        fc.oneof(
          fc.constant(top),
          fc
            .record({ reward_definition_id: json, amount: json, meta: json, timezone: json, x: json })
            .map((data) => ({ ...top, data })),
        ),
      );
    const identifiers = fc.constantFrom('both' as const, 'any' as const);

    it('returns a Webhook or throws the problem invalid_payload, and leaves Object.prototype alone', () => {
      const names = Object.getOwnPropertyNames(Object.prototype);
      fc.assert(
        fc.property(fc.oneof(json, anyWebhook), identifiers, (value, which) => {
          const body: unknown = JSON.parse(JSON.stringify(value));
          try {
            const webhook = parseWebhook(body, which);
            expect(webhook.amount).to.be.above(0).and.below(Infinity);
            expect(webhook.definitionId).to.satisfy(Number.isSafeInteger).and.above(0);
            expect(webhook.id).to.not.equal('');
            expect(webhook.personId ?? webhook.email).to.be.a('string').and.not.empty;
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            expect(error.code).to.equal('invalid_payload');
            expect(error.errors).to.not.be.empty;
          }
          expect(Object.getOwnPropertyNames(Object.prototype)).to.deep.equal(names);
        }),
        { numRuns: 3000 },
      );
    });

    it('says nothing of a value in the body of the problem', () => {
      const marked = fc.string().map((text) => `Zq7${text}Zq7`);
      const value = fc.oneof(
        marked,
        fc.array(marked),
        fc.dictionary(marked, marked),
        fc.constant(7391551234),
      );
      const body = fc.record({
        id: value,
        person_id: value,
        email: value,
        data: fc.oneof(
          value,
          fc.record({
            reward_definition_id: value,
            amount: value,
            meta: value,
            timezone: value,
            profile_id: value,
            other: value,
          }),
        ),
      });
      fc.assert(
        fc.property(body, identifiers, (sent, which) => {
          try {
            parseWebhook(sent, which);
            expect.fail('nothing of this is right');
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            expect(JSON.stringify(error.body('id'))).to.not.match(/Zq7|7391551234/);
          }
        }),
        { numRuns: 1000 },
      );
    });

    it('understands a number however it is spelt', () => {
      const cents = fc.integer({ min: 1, max: 1_000_000_000 });
      const space = fc.constantFrom('', ' ', '\n', '\t ');
      fc.assert(
        fc.property(cents, fc.integer({ min: 1 }), space, space, (amount, definition, before, after) => {
          const exact = amount / 100;
          const spellings = [exact, String(exact), exact.toFixed(2), `${before}${exact.toFixed(3)}${after}`];
          const ids = [definition, `${definition}`, `${definition}.0`, `${before}${definition}${after}`];
          for (const [index, spelling] of spellings.entries()) {
            const data = { amount: spelling, reward_definition_id: ids[index] };
            expect(parseWebhook(payload({}, data), 'both')).to.include({
              amount: exact,
              definitionId: definition,
            });
          }
        }),
      );
    });
  });

  it('stands up to the fuzzer', async () => {
    const { finding, accepted } = await fuzz(10_000, 20_261_123);
    expect(finding?.reason, finding?.payload.toString('base64')).to.equal(undefined);
    expect(accepted).to.be.above(500);
  });
});
