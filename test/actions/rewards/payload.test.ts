import { expect } from 'chai';
import fc from 'fast-check';
import { parseExact } from '../../../src/lib/exactjson.ts';
import { noProfile } from '../../../src/actions/payload/parse.ts';
import { parseWebhook, rewardHints, type Webhook } from '../../../src/actions/rewards/payload.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { hints as common } from '../../../src/actions/payload/hints.ts';
import { fuzz } from '../../fuzz.ts';
import { json } from '../../gateway/anyjson.ts';

const hints = { ...common, ...rewardHints };

type Changes = Record<string, unknown>;

const right = { id: 'r-1', person_id: '01ACMEADA', email: 'ada@example.com' };

/** A webhook with these fields changed; undefined takes one away, as it does in JSON. */
function payload(changes: Changes = {}, data: Changes = {}): unknown {
  const full = { ...right, data: { reward_definition_id: 42, amount: 10, ...data }, ...changes };
  return parseExact(JSON.stringify(full));
}

/** A number as it is spelt, which JavaScript's own numbers forget. */
const exact = (numeral: string): unknown => JSON.rawJSON(numeral);

/** What is wrong with a payload, as "field code". */
function faults(body: unknown, identifiers: 'both' | 'any' = 'both'): string[] {
  try {
    parseWebhook(body, identifiers);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).to.equal('invalid_payload');
    for (const { field, code, hint } of error.errors) {
      const ofField = `${code}_${field}`;
      if (code === 'missing') expect(Object.values<string>(hints)).to.include(hint);
      else expect(hint).to.equal(hints[(ofField in hints ? ofField : code) as keyof typeof hints]);
    }
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
      emailFault: null,
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
      ['an unrendered amount', payload({}, { amount: '{{ event.amount }}' }), 'data.amount unrendered'],
      ['an unrendered meta', payload({}, { meta: '{{ event }}' }), 'data.meta unrendered'],
      ['an unrendered date', payload({}, { expires_at: '{{ event.until }}' }), 'data.expires_at unrendered'],
      ['an unrendered date of issue', payload({}, { issued_at: '{{ x }}' }), 'data.issued_at unrendered'],
      ['an unrendered timezone', payload({}, { timezone: '{{ person.tz }}' }), 'data.timezone unrendered'],
      ['a tag that an escape hides', payload({ id: '&#123;&#123; x }' }), 'id unrendered'],
      ['an escaped control character', payload({ id: 'a&#7;b &amp;amp;' }), 'id not_readable'],
      ['a number that is no id', payload({ id: exact('1.50') }), 'id not_text'],
      ['an escaped amount', payload({}, { amount: '&quot;25&quot;' }), 'data.amount escaped'],
      ['a person_id that is true', payload({ person_id: true }), 'person_id not_text'],
      ['an id that is an object', payload({ id: {} }), 'id not_text'],
      ['an id with a fraction', payload({ id: 1.5 }), 'id not_text'],
      ['an id of 256 characters', payload({ id: 'x'.repeat(256) }), 'id too_long'],
      ['a control character', payload({ id: 'a\u0007b' }), 'id not_readable'],
      ['a line break within', payload({ person_id: 'a\nb' }), 'person_id not_readable'],
      ['half a surrogate pair', payload({ id: 'a\ud800' }), 'id not_readable'],
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
      ...[0, -1, '0', '-0', '0.00', '-5.5'].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount not_positive'] as const,
      ),
      ...[exact('-0'), exact('-0.00'), exact('-1e400'), '-12345678901234567890.12'].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount not_positive'] as const,
      ),
      ...[
        ...[0.001, 1.005, 10.555, 1e-7, '1.234', ' 0.009 ', '0.0000000001', '25.000000000000000000001'],
        ...[exact('0.0010'), exact('1e-3'), exact('1005e-3'), exact('1e-400'), exact('1.00000000000000001')],
      ].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount not_in_cents'] as const,
      ),
      ...[
        ...[90071992547410, '90071992547409.92', '9'.repeat(400), 1e15, '12345678901234567890'],
        ...[exact('90071992547409.91'), exact('80000000000000.01'), exact('1e400'), exact('1e21')],
      ].map(
        (amount) =>
          [`amount ${JSON.stringify(amount)}`, payload({}, { amount }), 'data.amount too_large'] as const,
      ),
      ...[0, -42, 4.5, '42.5', 2 ** 53, exact('12345678901234567890'), '42.00000000000000000001'].map(
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
      [
        'a reward_definition_id that is a code',
        payload({}, { reward_definition_id: 'WELCOME10' }),
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
      ...['id', 'profile_id', 'external_id', 'value_initial', 'value_remaining'].flatMap((field) =>
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
        'an unrendered tag in meta',
        payload({}, { meta: { flow: '{{ flow.name }}' } }),
        'data.meta.flow unrendered',
      ],
      [
        'unrendered tags at any depth',
        payload({}, { meta: { list: [1, { 'a-b': ['x', 'y {% if'] }] }, note: '{{' }),
        'data.meta.list[1].a-b[1] unrendered',
        'data.note unrendered',
      ],
      [
        'an unrendered tag under names that are no plain ones',
        payload({}, { meta: { 'ada@example.com': { '7': '{{ x }}' }, ['x'.repeat(41)]: '{{ x }}' } }),
        'data.meta.[…].[…] unrendered',
        'data.meta.[…] unrendered',
      ],
      [
        'an unrendered tag as a name',
        payload({}, { meta: { '{{ event.key }}': 1 } }),
        'data.meta.[…] unrendered',
      ],
      [
        'an unrendered tag once, where a rule has said it',
        payload({}, { timezone: '{{ x }}', profile_id: '{{ x }}', issued_at: '{{ x }}' }),
        'data.timezone unrendered',
        'data.profile_id set_by_gateway',
        'data.issued_at unrendered',
      ],
      [
        'the first ten unrendered tags',
        payload({}, { list: Array.from({ length: 1000 }, () => '{{ x }}') }),
        ...Array.from({ length: 10 }, (_, index) => `data.list[${index}] unrendered`),
      ],
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

  describe('finds an e-mail that cannot be one', () => {
    const cases: Record<string, readonly [email: unknown, code: keyof typeof hints]> = {
      'without @': ['ada', 'not_an_email'],
      'that is two': ['a@b.c, d@e.f', 'not_an_email'],
      'that is a number': [5, 'not_an_email'],
      'that is a list': [['a@b.c'], 'not_text'],
      'that is true': [true, 'not_text'],
      'that is an object': [{ email: 'a@b.c' }, 'not_text'],
      'of 256 characters': [`${'x'.repeat(250)}@b.com`, 'too_long'],
      'of broken UTF-8': ['a\ufffd@b.c', 'not_readable'],
      'with a control character': ['a\u0007@b.c', 'not_readable'],
      'that was not rendered': ['{{ person.email }}', 'unrendered'],
      'with a block tag': ['{% if person %}a@b.c', 'unrendered'],
    };
    for (const [what, [email, code]] of Object.entries(cases)) {
      it(`${what}, and refuses it where it is all that there is`, () => {
        expect(faults(payload({ email, person_id: '' }), 'any')).to.deep.equal([`email ${code}`]);
        expect(faults(payload({ email, person_id: '' }))).to.have.members([
          'person_id missing',
          `email ${code}`,
        ]);
        expect(faults(payload({ email, person_id: '{{ x }}' }))).to.have.members([
          'person_id unrendered',
          `email ${code}`,
        ]);
      });

      it(`${what}, and does without it while the person_id is sound`, () => {
        for (const identifiers of ['both', 'any'] as const) {
          const webhook = parseWebhook(payload({ email }), identifiers);
          const emailFault = { field: 'email', code, hint: hints[code] };
          expect(webhook).to.deep.include({ personId: '01ACMEADA', email: null, emailFault });
          const problem = noProfile(webhook);
          expect(problem.code).to.equal('invalid_payload');
          expect(problem.errors).to.deep.equal([emailFault]);
          expect(problem.detail).to.equal(`Fix email: email ${hints[code]}`);
        }
      });

      it(`${what}, and names it beside whatever else is wrong`, () => {
        expect(faults(payload({ email }, { amount: 0 }))).to.have.members([
          `email ${code}`,
          'data.amount not_positive',
        ]);
      });
    }

    it('unless there is none: that is what `identifiers` is for', () => {
      expect(faults(payload({ email: ' ' }))).to.deep.equal(['email missing']);
      const webhook = parseWebhook(payload({ email: ' ' }), 'any');
      expect(webhook).to.deep.include({ email: null, emailFault: null });
      expect(noProfile(webhook).code).to.equal('profile_not_found');
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
      [
        'a number beyond 2^53 as id',
        payload({ id: exact('12345678901234567890') }),
        { id: '12345678901234567890' },
      ],
      ['2^53 as person_id', payload({ person_id: 2 ** 53 }), { personId: '9007199254740992' }],
      ['an apostrophe as an escape', payload({ email: 'o&#39;brien@b.co' }), { email: "o'brien@b.co" }],
      ['an escape in hex', payload({ email: 'o&#x27;brien@b.co' }), { email: "o'brien@b.co" }],
      ['an escape in an id', payload({ id: 'a&amp;b' }), { id: 'a&b' }],
      ['an escape of an escape', payload({ id: 'a&amp;amp;b' }), { id: 'a&amp;b' }],
      ['an escape in a person_id', payload({ person_id: '&quot;x&quot;' }), { personId: '"x"' }],
      ['a number as person_id', payload({ person_id: 77 }), { personId: '77' }],
      ['a numeric string', payload({}, { amount: '25.0' }), { amount: 25 }],
      ['a numeric string with spaces', payload({}, { amount: ' 25 ' }), { amount: 25 }],
      ['a definition as string', payload({}, { reward_definition_id: '42.0' }), { definitionId: 42 }],
      ['a very small amount', payload({}, { amount: 0.01 }), { amount: 0.01 }],
      ['a very large amount', payload({}, { amount: 70368744177663.99 }), { amount: 70368744177663.99 }],
      ['the largest amount', payload({}, { amount: '90071992547409.90' }), { amount: 90071992547409.9 }],
      ['an amount with an exponent', payload({}, { amount: exact('1e3') }), { amount: 1000 }],
      ['an amount with zeros at its end', payload({}, { amount: exact('25.1000') }), { amount: 25.1 }],
      ['an amount below one', payload({}, { amount: exact('99e-2') }), { amount: 0.99 }],
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
      [
        'the end of JSON in meta',
        payload({}, { meta: { a: '{"b":{}}' } }),
        { fields: { meta: { a: '{"b":{}}' } } },
      ],
      [
        'escapes in meta, as they are',
        payload({}, { meta: { a: 'AT&amp;T' } }),
        { fields: { meta: { a: 'AT&amp;T' } } },
      ],
      ['escapes in other fields', payload({}, { note: '&lt;3' }), { fields: { note: '&lt;3' } }],
    ];
    for (const [what, body, understood] of taken) {
      it(what, () => {
        expect(parseWebhook(body, 'both')).to.deep.include(understood);
      });
    }
  });

  it('passes numbers on digit by digit', () => {
    const meta = '{"order_id":12345678901234567890,"n":[0.10,-0,1e400,1E3,0.30000000000000004]}';
    const data = `{"reward_definition_id":42.0,"amount":10.00,"x":1.0,"meta":${meta}}`;
    const webhook = parseWebhook(parseExact(`{"person_id":"p","email":"a@b.c","data":${data}}`), 'both');
    expect(JSON.stringify(webhook.fields)).to.equal(`{"x":1.0,"meta":${meta}}`);
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
          const body = parseExact(JSON.stringify(value));
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
        // A plain name is shown, as part of a path.
        fc.dictionary(
          marked.map((text) => `${text} `),
          marked,
        ),
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
