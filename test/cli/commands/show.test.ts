import { expect } from 'chai';
import type { ApiEvent } from '../../../src/cli/client/answers.ts';
import { eventInWords } from '../../../src/cli/view/details.ts';
import { deliveryId, deliveryOf, withConsole } from '../support.ts';

const details = {
  delivery: deliveryOf({
    state: 'issued',
    external_id: 'order-7',
    result: { reward_id: 4711 },
    attempts: 2,
    kept_until: '2026-12-27T10:17:00.000Z',
  }),
  events: [
    { at: '2026-11-27T10:02:00.000Z', kind: 'arrived' },
    { at: '2026-11-27T10:02:01.000Z', kind: 'attempted', result: 'profile_not_found', took_ms: 120 },
    { at: '2026-11-27T10:16:00.000Z', kind: 'replayed', by: 'grace', why: 'Ada has signed up' },
    {
      at: '2026-11-27T10:17:00.000Z',
      kind: 'attempted',
      result: 'issued',
      matched_by: 'email',
      took_ms: 310,
    },
  ],
  allowed: ['get'],
};

describe('`deliveries show`', () => {
  const asked = withConsole();
  const show = (...args: string[]) => asked.run(['deliveries', 'show', deliveryId, ...args]);

  it('tells in plain words what happened', async () => {
    asked.stub.answer('readDelivery', details);
    const { stdout } = await show();
    expect(stdout.split('\n')).to.deep.equal([
      `Delivery      ${deliveryId}`,
      'Tenant        acme',
      'Action        rewards',
      'State         issued: Omneo did not know this customer',
      'Summary       reward definition 42, amount 10',
      'Result        reward 4711',
      'external_id   order-7',
      'Attempts      2',
      'Since         2026-11-27 10:00:00 UTC',
      'Kept until    2026-12-27 10:17:00 UTC',
      '',
      '2026-11-27 10:02:00 UTC  arrived',
      '2026-11-27 10:02:01 UTC  attempted: Omneo did not know this customer, took 120 ms',
      '2026-11-27 10:16:00 UTC  replayed by grace: “Ada has signed up”',
      '2026-11-27 10:17:00 UTC  attempted: found by e-mail, issued, took 310 ms',
      '',
    ]);
    expect(asked.stub.requests[0]?.query).to.deep.equal({});
  });

  it("shows the API's own document as JSON", async () => {
    asked.stub.answer('readDelivery', details);
    expect(JSON.parse((await show('-o', 'json')).stdout)).to.deep.equal(details);
  });

  it('opens the webhook if it is to, and shows it as it came but for what a terminal would obey', async () => {
    asked.stub.answer('readDelivery', { ...details, payload: '{\n "id": "\u001b[2J" }' });
    const { stdout } = await show('--payload');
    expect(asked.stub.requests[0]?.query).to.deep.equal({ payload: 'true' });
    expect(stdout).to.match(/\n\n{\n "id": "\ufffd\[2J" }\n$/);
  });

  for (const [fault, sentence] of [
    ['erased', 'The webhook is erased.'],
    ['key_missing', 'The webhook cannot be opened: the key that sealed it is missing.'],
    ['damaged', 'The webhook cannot be opened: it is damaged.'],
  ] as const)
    it(`says why a webhook that is ${fault} cannot be opened`, async () => {
      asked.stub.answer('readDelivery', { ...details, payload_fault: fault });
      expect((await show('--payload')).stdout).to.match(new RegExp(`\n\n${sentence}\n$`));
    });

  it('takes a delivery_id in capitals', async () => {
    asked.stub.answer('readDelivery', details);
    await asked.run(['deliveries', 'show', deliveryId.toUpperCase()]);
    expect(asked.stub.requests[0]?.path).to.equal(`/api/v1/deliveries/${deliveryId}`);
  });
});

describe('an event in plain words', () => {
  const at = '2026-11-27T10:00:00.000Z';
  /** What happened, and what is said of it. */
  const events: readonly (readonly [event: Omit<ApiEvent, 'at'>, words: string])[] = [
    [{ kind: 'arrived' }, 'arrived'],
    [{ kind: 'discarded', by: 'grace', why: 'a test' }, 'discarded by grace: “a test”'],
    [{ kind: 'corrected', by: 'grace' }, 'corrected by grace'],
    [{ kind: 'erased' }, 'erased'],
    [
      {
        kind: 'attempted',
        result: 'unavailable',
        omneo_status: 503,
        code: 'upstream_unavailable',
        took_ms: 0,
      },
      'attempted: Omneo failed or did not answer, Omneo answered 503, took 0 ms',
    ],
    [
      { kind: 'attempted', result: 'issued', matched_by: 'klaviyo' },
      'attempted: found by the Klaviyo identity, issued',
    ],
    [{ kind: 'attempted', result: 'held' }, "attempted: the day's budget was spent"],
    [{ kind: 'attempted', result: 'put_off' }, 'attempted: put off'],
  ];

  for (const [event, words] of events)
    it(`is "${words}"`, () => {
      expect(eventInWords({ at, ...event })).to.equal(words);
    });
});
