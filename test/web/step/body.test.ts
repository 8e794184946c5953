import { expect } from 'chai';
import fc from 'fast-check';
import { parseAttributeWebhook } from '../../../src/actions/attributes/payload.ts';
import { parseBenefitWebhook } from '../../../src/actions/benefits/payload.ts';
import { parseCreditWebhook } from '../../../src/actions/credits/payload.ts';
import { parseInteractionWebhook } from '../../../src/actions/interactions/payload.ts';
import { parseWebhook } from '../../../src/actions/rewards/payload.ts';
import { parseExact } from '../../../src/lib/exactjson.ts';
import { eventTag, stepBody, stepURL } from '../../../web/step/body.ts';
import {
  type StepChoice,
  amountSources,
  firstChoice,
  idSources,
  settled,
  stepFaults,
  triggers,
} from '../../../web/step/choice.ts';
import { valueTypes } from '../../../web/step/attributechoice.ts';
import { channels, deeds, signals } from '../../../web/step/interactionchoice.ts';
import { stepActionOf } from '../../../web/step/stepaction.ts';

/** What the tags of a profile render to; only a date-triggered Flow has no Klaviyo id. */
const profile: Readonly<Record<string, string>> = {
  'person.KlaviyoID': '01GDDKASAP8TKDDA2GRZDSVP4H',
  'person.email': 'ada@example.com',
};

/** The body as Klaviyo's preview would show it: every tag with its value, and those that have none with nothing. */
function rendered(
  body: string,
  trigger: StepChoice['trigger'],
  event: Readonly<Record<string, string>>,
): string {
  return body.replaceAll(/\{\{ (.*?) \}\}/g, (_, tag: string) => {
    if (tag === 'person.KlaviyoID' && trigger === 'date') return '';
    if (profile[tag] !== undefined) return profile[tag];
    const [, name = ''] = /^event\.(\w+)$/.exec(tag) ?? /^event\|lookup:'(.*)'$/.exec(tag) ?? [];
    return trigger === 'metric' ? (event[name] ?? '') : '';
  });
}

/** As people and event properties are called, with what no name may have among them. */
const text = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_$][\w $.-]{0,12}$/),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    '__proto__',
    'Order Total',
    '$value',
    'a"b',
    "it's",
    '{{ x }}',
    '{% x %}',
    'a\\',
    'é',
    '<b>',
    'a&amp;b',
    'None',
    '1',
  ),
);
const amount = fc.oneof(
  fc.integer({ min: 1, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
  fc.constantFrom(
    '10',
    '0',
    '0.00',
    '007',
    '1e3',
    '$10',
    '10.999',
    '99999999999999',
    '90071992547409.90',
    '',
    '1,000',
  ),
);
const choice = fc
  .record({
    trigger: fc.constantFrom(...triggers),
    definition: fc.oneof(
      fc.integer({ min: 1 }).map(String),
      fc.constantFrom('', '0', '042', '9999999999999999', 'ten'),
    ),
    amountFrom: fc.constantFrom('fixed' as const, 'event' as const),
    amount,
    amountProperty: text,
    namespace: text,
    handle: text,
    valueType: fc.constantFrom(...valueTypes),
    valueFrom: fc.constantFrom('fixed' as const, 'event' as const),
    value: fc.oneof(text, amount, fc.constantFrom('true', 'false', '7', '-7.5', '&amp;')),
    valueProperty: text,
    idFrom: fc.constantFrom('event' as const, 'customer' as const, 'none' as const),
    idProperty: text,
    idName: text,
    flow: text,
    happened: text,
    channel: fc.constantFrom(...channels),
    deed: fc.constantFrom(...deeds),
    signal: fc.constantFrom(...signals),
  })
  .map(settled);
const value = fc.integer({ min: 1, max: 999_999 }).map((tenths) => (tenths / 10).toFixed(1));

const reward = stepActionOf('rewards');

/** A benefit in the words of the others: its step says no amount, so the one that was chosen is as good as any. */
function parseBenefit(body: unknown, identifiers: 'both' | 'any') {
  const { definition, ...webhook } = parseBenefitWebhook(body, identifiers);
  return { ...webhook, definitionId: 'id' in definition ? definition.id : Number.NaN, amount: null };
}

describe('The body of a step', () => {
  for (const [action, parse] of [
    ['rewards', parseWebhook],
    ['credits', parseCreditWebhook],
    ['benefits', parseBenefit],
  ] as const)
    it(`for ${action} is one that the gateway takes, whatever is chosen without a fault, once Klaviyo has rendered it`, () => {
      let sound = 0;
      fc.assert(
        fc.property(choice, value, (chosen, worth) => {
          fc.pre(Object.keys(stepFaults(chosen, stepActionOf(action))).length === 0);
          const event = { [chosen.idProperty]: 'order-1', [chosen.amountProperty]: worth };
          const body = rendered(stepBody(chosen, stepActionOf(action)), chosen.trigger, event);
          const webhook = parse(parseExact(body), chosen.trigger === 'date' ? 'any' : 'both');
          expect(webhook.definitionId).to.equal(Number(chosen.definition));
          const amount = Number(chosen.amountFrom === 'fixed' ? chosen.amount : worth);
          expect(webhook.amount).to.equal(action === 'benefits' ? null : amount);
          expect(webhook.id === null).to.equal(chosen.idFrom === 'none');
          expect(webhook.email).to.equal('ada@example.com');
          expect(webhook.fields['meta']).to.deep.equal(
            chosen.flow === '' ? undefined : { flow: chosen.flow },
          );
          sound += 1;
        }),
        { numRuns: 300, maxSkipsPerRun: 200 },
      );
      expect(sound).to.be.above(250);
    });

  it('for attributes is one that the gateway takes, with the value that was chosen, once Klaviyo has rendered it', () => {
    const attribute = stepActionOf('attributes');
    const samples = { string: 'beagle', integer: '7', float: '7.5', boolean: 'True' };
    let sound = 0;
    fc.assert(
      fc.property(choice, (any) => {
        // Names without a fault are rare among any.
        const chosen = { ...any, namespace: 'pet', handle: 'breed' };
        fc.pre(Object.keys(stepFaults(chosen, attribute)).length === 0);
        const isFixed = chosen.valueFrom === 'fixed';
        fc.pre(isFixed || chosen.idProperty !== chosen.valueProperty);
        const event = { [chosen.idProperty]: 'order-1', [chosen.valueProperty]: samples[chosen.valueType] };
        const body = rendered(stepBody(chosen, attribute), chosen.trigger, event);
        const webhook = parseAttributeWebhook(parseExact(body), chosen.trigger === 'date' ? 'any' : 'both');
        const meant = isFixed ? chosen.value : samples[chosen.valueType].toLowerCase();
        expect(String(webhook.value)).to.equal(chosen.valueType === 'float' ? String(Number(meant)) : meant);
        expect(typeof webhook.value).to.equal(
          { string: 'string', integer: 'number', float: 'number', boolean: 'boolean' }[chosen.valueType],
        );
        expect([webhook.namespace, webhook.handle]).to.deep.equal(['pet', 'breed']);
        expect(webhook.id === null).to.equal(chosen.idFrom === 'none');
        sound += 1;
      }),
      { numRuns: 200, maxSkipsPerRun: 500 },
    );
    expect(sound).to.be.above(150);
  });

  it('for interactions is one that the gateway takes, too, and says what was chosen', () => {
    const interaction = stepActionOf('interactions');
    let sound = 0;
    fc.assert(
      fc.property(choice, (chosen) => {
        fc.pre(Object.keys(stepFaults(chosen, interaction)).length === 0);
        const event = { [chosen.idProperty]: 'order-1' };
        const body = rendered(stepBody(chosen, interaction), chosen.trigger, event);
        const webhook = parseInteractionWebhook(parseExact(body), chosen.trigger === 'date' ? 'any' : 'both');
        const { happened: name, deed: action, channel, signal, flow } = chosen;
        expect(webhook).to.include({ name, action, channel, signal: Number(signal) });
        expect(webhook.meta).to.deep.equal(flow === '' ? {} : { flow });
        sound += 1;
      }),
      { numRuns: 100, maxSkipsPerRun: 200 },
    );
    expect(sound).to.be.above(90);
  });

  it('is JSON before it is rendered too: every tag is in quotes', () => {
    fc.assert(
      fc.property(choice, (chosen) => {
        fc.pre(Object.keys(stepFaults(chosen, reward)).length === 0);
        expect(() => JSON.parse(stepBody(chosen, reward)) as unknown).not.to.throw();
      }),
      { numRuns: 200, maxSkipsPerRun: 200 },
    );
  });

  it('has no tag that is blank in its Flow', () => {
    for (const trigger of ['list', 'date'] as const) {
      const body = stepBody(
        settled({ ...firstChoice, trigger, definition: '42', amountFrom: 'event', idName: 'winback' }),
        reward,
      );
      expect(body, trigger).not.to.contain('event');
      expect(body.includes('KlaviyoID'), trigger).to.equal(trigger === 'list');
    }
  });

  it('gives each customer an id of their own for a campaign', () => {
    const body = stepBody(
      { ...firstChoice, definition: '42', idFrom: 'customer', idName: 'winback-2026' },
      reward,
    );
    expect((JSON.parse(body) as { id: string }).id).to.equal('winback-2026-{{ person.KlaviyoID }}');
  });

  const tags: [property: string, tag: string][] = [
    ['reward_id', '{{ event.reward_id }}'],
    ['Order Total', "{{ event|lookup:'Order Total' }}"],
    ['$value', "{{ event|lookup:'$value' }}"],
    ['_secret', "{{ event|lookup:'_secret' }}"],
    ['1st', "{{ event|lookup:'1st' }}"],
  ];
  for (const [property, tag] of tags)
    it(`asks for the property ${property} as Klaviyo's templates can: ${tag}`, () => {
      expect(eventTag(property)).to.equal(tag);
    });
});

describe('A choice for a step', () => {
  it('offers an event only where there is one', () => {
    expect(triggers.map((trigger) => amountSources(trigger).includes('event'))).to.deep.equal([
      true,
      false,
      false,
    ]);
    expect(triggers.map((trigger) => idSources(trigger))).to.deep.equal([
      ['event', 'customer', 'none'],
      ['customer', 'none'],
      ['none'],
    ]);
  });

  const faulty: [field: keyof StepChoice, value: string][] = [
    ['definition', ''],
    ['definition', 'Ten off'],
    ['amount', '$10'],
    ['amount', '0'],
    ['amount', '10,5'],
    ['amount', '1.005'],
    ['amount', '90071992547410'],
    ['idProperty', ''],
    ['idProperty', '{{ event.id }}'],
    ['idProperty', "it's"],
    ['flow', '{{ flow }}'],
    ['flow', ' winback'],
  ];
  for (const [field, value] of faulty)
    it(`has one clear sentence for ${field} “${value}”`, () => {
      const faults = stepFaults({ ...firstChoice, definition: '42', [field]: value }, reward);
      expect(Object.keys(faults)).to.deep.equal([field]);
      expect(faults[field]).to.match(/^(Choose|Type|Use) .*\.$/);
    });
});

describe('A choice for an attribute', () => {
  const right = { ...firstChoice, namespace: 'pet', handle: 'breed', value: 'beagle' };
  const attribute = stepActionOf('attributes');

  it('needs no definition and no amount', () => {
    expect(stepFaults({ ...right, amount: '' }, attribute)).to.deep.equal({});
  });

  const faulty: [field: keyof StepChoice, value: string, more?: Partial<StepChoice>][] = [
    ['namespace', ''],
    ['namespace', 'a:b'],
    ['handle', ' breed'],
    ['handle', 'None'],
    ['value', ''],
    ['value', 'None'],
    ['value', '{{ event.x }}'],
    ['value', 'Tom &amp; Co'],
    ['value', 'a'.repeat(201)],
    ['value', '7.5', { valueType: 'integer' }],
    ['value', '007', { valueType: 'integer' }],
    ['value', '1e3', { valueType: 'float' }],
    ['value', 'yes', { valueType: 'boolean' }],
    ['valueProperty', '', { valueFrom: 'event' }],
  ];
  for (const [field, value, more = {}] of faulty)
    it(`has one clear sentence for ${field} “${value.slice(0, 20)}” ${JSON.stringify(more)}`, () => {
      const faults = stepFaults({ ...right, ...more, [field]: value }, attribute);
      expect(Object.keys(faults)).to.deep.equal([field]);
      expect(faults[field]).to.match(/^(Type|Use) .*\.$/);
    });
});

describe('A choice for an interaction', () => {
  for (const happened of ['', '{{ event.name }}', 'Opened "mail"', 'None'])
    it(`has one clear sentence for the name “${happened}”`, () => {
      const faults = stepFaults({ ...firstChoice, happened }, stepActionOf('interactions'));
      expect(Object.keys(faults)).to.deep.equal(['happened']);
      expect(faults.happened).to.match(/^Use .*\.$/);
    });
});

describe('The URL of a step', () => {
  it('is whole where the gateway knows its own, and says what is missing where not', () => {
    expect(stepURL('https://gateway.example.com/acme/api/v1/webhooks/klaviyo', 'rewards')).to.deep.equal({
      text: 'https://gateway.example.com/acme/api/v1/webhooks/klaviyo/rewards',
      isWhole: true,
    });
    expect(stepURL('/acme/api/v1/webhooks/klaviyo', 'rewards')).to.deep.equal({
      text: 'https://<your gateway>/acme/api/v1/webhooks/klaviyo/rewards',
      isWhole: false,
    });
  });
});
