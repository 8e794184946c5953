import { expect } from 'chai';
import fc from 'fast-check';
import { kindOf, knownActions } from './actions/actions.ts';
import type { Booked } from './actions/kind.ts';
import { checkBooks, type Findings } from './checker.ts';
import type { Delivery } from './caller.ts';
import { accepted, bookedOf, deliveryOf, rewardOf, told, unfinishedOf, webhookOf } from './samples.ts';
import type { Unfinished } from './unfinished.ts';

const one = webhookOf();
const bare = webhookOf({ hasId: false });
const twin = webhookOf({ hasId: false, n: 1, twinOf: 0 });
const refused = { status: 422, word: 'reward_rejected' };
const flawed = webhookOf({ flaw: 'unknown definition' });
const noneKilled = new Map<number, number>();
const busy = { status: 503, word: 'not_ready' };

type Row = readonly [name: string, deliveries: Delivery[], booked: Booked[], wrong: readonly string[]];

const table: readonly Row[] = [
  ['told, and there', [deliveryOf(one, 'told', told(1))], [rewardOf(one, 1)], []],
  ['retried and told', [deliveryOf(one, 'told', busy, 'broken', told(1))], [rewardOf(one, 1)], []],
  ['told twice of the same', [deliveryOf(one, 'told', told(1), told(1))], [rewardOf(one, 1)], []],
  ['two under one id', [deliveryOf(one, 'told', told(1))], [rewardOf(one, 1), rewardOf(one, 2)], ['doubled']],
  [
    'nothing there',
    [deliveryOf(one, 'told', told(1))],
    [],
    ['answered 200 and not there', 'answered with another reward'],
  ],
  ['refused', [deliveryOf(one, 'refused', { status: 422, word: 'id_reused' })], [], ['given up on']],
  ['tried too often', [deliveryOf(one, 'exhausted', busy)], [rewardOf(one, 1)], ['given up on']],
  ['cut off', [deliveryOf(one, 'unfinished', busy)], [], ['not ended in time']],
  ['never heard of again', [deliveryOf(one, 'silent', 'broken')], [], []],
  [
    'another amount',
    [deliveryOf(one, 'told', told(1))],
    [rewardOf(one, 1, { value_initial: 9 })],
    ['wrong amount'],
  ],
  [
    'partly spent',
    [deliveryOf(one, 'told', told(1))],
    [rewardOf(one, 1, { value_remaining: 9 })],
    ['wrong amount'],
  ],
  [
    'another profile',
    [deliveryOf(one, 'told', told(1))],
    [rewardOf(one, 1, { profile_id: 'x' })],
    ['wrong profile'],
  ],
  [
    'another definition',
    [deliveryOf(one, 'told', told(1))],
    [rewardOf(one, 1, { definition: { id: 6, handle: 'birthday' } })],
    ['wrong definition'],
  ],
  [
    'told of a stranger',
    [deliveryOf(one, 'told', told(7))],
    [rewardOf(one, 1)],
    ['answered with another reward'],
  ],
  [
    'told another id',
    [deliveryOf(one, 'told', told(1, 'x'))],
    [rewardOf(one, 1)],
    ['answered with another reward'],
  ],
  ['nobody asked', [], [rewardOf(one, 1)], ['never asked for']],
  ['no marker', [], [rewardOf(one, 1, { meta: null })], ['never asked for']],
  ['without id', [deliveryOf(bare, 'told', told(1, 'gw-1'))], [rewardOf(bare, 1)], []],
  [
    'without id, doubled',
    [deliveryOf(bare, 'told', told(1, 'gw-1'))],
    [rewardOf(bare, 1), rewardOf(bare, 2)],
    ['doubled, without id'],
  ],
  [
    'two equal ones',
    [deliveryOf(bare, 'told', told(1, 'gw-1')), deliveryOf(twin, 'told', told(2, 'gw-2'))],
    [rewardOf(bare, 1), rewardOf(bare, 2)],
    [],
  ],
  [
    'two equal ones, the second taken for the first',
    [deliveryOf(bare, 'told', told(1, 'gw-1')), deliveryOf(twin, 'told', told(1, 'gw-1'))],
    [rewardOf(bare, 1)],
    ['answered 200 and not there'],
  ],
  [
    'a twin that was never sent, and a second reward all the same',
    [deliveryOf(bare, 'refused', busy), deliveryOf(twin, 'unsent')],
    [rewardOf(bare, 1), rewardOf(bare, 2)],
    ['doubled, without id', 'given up on'],
  ],
];

const parked = (reason: string, webhook = one): Unfinished => unfinishedOf(webhook, 'parked', reason);

type StoredRow = readonly [...Row, unfinished: Unfinished[]];

const durable: readonly StoredRow[] = [
  ['accepted, and there', [deliveryOf(one, 'accepted', accepted())], [rewardOf(one, 1)], [], []],
  [
    'accepted, and neither there nor stored',
    [deliveryOf(one, 'accepted', accepted())],
    [],
    ['accepted and lost'],
    [],
  ],
  [
    'two equal ones accepted, and one there',
    [deliveryOf(bare, 'accepted', accepted('gw-1')), deliveryOf(twin, 'accepted', accepted('gw-1'))],
    [rewardOf(bare, 1)],
    ['accepted and lost'],
    [],
  ],
  [
    'accepted, and waiting when all is over',
    [deliveryOf(one, 'accepted', accepted())],
    [],
    ['waiting at the end'],
    [unfinishedOf(one, 'waiting', 'throttled')],
  ],
  [
    'accepted, and there twice',
    [deliveryOf(one, 'accepted', accepted())],
    [rewardOf(one, 1), rewardOf(one, 2)],
    ['doubled'],
    [],
  ],
  [
    'accepted under an id that its reward has not',
    [deliveryOf(bare, 'accepted', accepted('gw-7'))],
    [rewardOf(bare, 1)],
    ['answered with another reward'],
    [],
  ],
  [
    'refused for its flaw, and parked',
    [deliveryOf(flawed, 'refused', refused)],
    [],
    [],
    [parked('rejected')],
  ],
  [
    'accepted, and parked for its flaw',
    [deliveryOf(flawed, 'accepted', accepted())],
    [],
    [],
    [parked('rejected')],
  ],
  [
    'refused for its flaw, and not stored',
    [deliveryOf(flawed, 'refused', refused)],
    [],
    ['refused and not parked'],
    [],
  ],
  ['flawed, and never taken', [deliveryOf(flawed, 'exhausted', busy)], [], ['given up on'], []],
  [
    'parked for another reason than its flaw',
    [deliveryOf(flawed, 'refused', refused)],
    [],
    ['parked without cause'],
    [parked('gave_up')],
  ],
  [
    'parked with nothing wrong',
    [deliveryOf(one, 'accepted', accepted())],
    [],
    ['parked without cause'],
    [parked('rejected')],
  ],
  ['parked, and nobody sent it', [], [], ['parked without cause'], [parked('rejected')]],
];

/** The figures that are not 0. */
function wrongIn(findings: Findings): string[] {
  return Object.entries(findings).flatMap(([name, keys]) => (keys.length > 0 ? [name] : []));
}

describe('the books checker of the chaos run', () => {
  const rows = [...table.map((row) => [...row, []] as const), ...durable];
  for (const [name, deliveries, booked, wrong, unfinished] of rows) {
    it(name, () => {
      const findings = checkBooks(
        { action: 'rewards', deliveries, killed: noneKilled },
        [{ tenant: 'acme', booked }],
        unfinished,
      );
      expect(wrongIn(findings)).to.have.members([...wrong]);
    });
  }

  it('takes none for lost that may count as the copy of one whose gateway was killed', () => {
    const deliveries = [
      deliveryOf(bare, 'accepted', accepted('gw-1')),
      deliveryOf(twin, 'accepted', accepted('gw-1')),
    ];
    const books = [{ tenant: 'acme', booked: [rewardOf(bare, 1)] }];
    const killed = new Map([[0, 150]]);
    expect(wrongIn(checkBooks({ action: 'rewards', deliveries, killed }, books, []))).to.deep.equal([]);
  });

  for (const action of knownActions)
    for (const value of kindOf(action).values)
      it(`sees a wrong ${value} of ${action}`, () => {
        // Of an amount by which an interaction says when it took place.
        const webhook = webhookOf({ action, amount: 10, definitionId: kindOf(action).definitions[0]! });
        const deliveries = [deliveryOf(webhook, 'told', told(1))];
        const right = bookedOf(webhook, 1);
        const judged = (booked: Booked) =>
          wrongIn(
            checkBooks(
              { action, deliveries, killed: noneKilled },
              [{ tenant: 'acme', booked: [booked] }],
              [],
            ),
          );
        expect(right.values).to.have.property(value);
        expect(judged(right)).to.deep.equal([]);
        expect(judged({ ...right, values: { ...right.values, [value]: 'x' } })).to.deep.equal([
          `wrong ${value}`,
        ]);
      });

  it('asks for one attribute of equal webhooks, which set the same, and for no less', () => {
    const [first, second] = [bare, twin].map((webhook) => ({ ...webhook, action: 'attributes' }) as const);
    const deliveries = [first!, second!].map((webhook) => deliveryOf(webhook, 'told', told(1)));
    const wrongWith = (...booked: readonly Booked[]) =>
      wrongIn(
        checkBooks(
          { action: 'attributes', deliveries, killed: noneKilled },
          [{ tenant: 'acme', booked }],
          [],
        ),
      );
    expect(wrongWith(bookedOf(first!, 1))).to.deep.equal([]);
    expect(wrongWith()).to.deep.equal(['answered 200 and not there', 'answered with another attribute']);
    const accepting = deliveryOf(second!, 'accepted', accepted());
    const lost = checkBooks(
      { action: 'attributes', deliveries: [accepting], killed: noneKilled },
      [{ tenant: 'acme', booked: [] }],
      [],
    );
    expect(wrongIn(lost)).to.deep.equal(['accepted and lost']);
  });

  it('keeps tenants apart', () => {
    const findings = checkBooks(
      { action: 'rewards', deliveries: [deliveryOf(one, 'told', told(1))], killed: noneKilled },
      [
        { tenant: 'acme', booked: [rewardOf(one, 1)] },
        { tenant: 'bloom', booked: [rewardOf(one, 1)] },
      ],
      [],
    );
    expect(wrongIn(findings)).to.deep.equal(['never asked for']);
  });

  it('names exactly the webhooks that were doubled', () => {
    const copies = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 50 });
    fc.assert(
      fc.property(copies, (counts) => {
        const webhooks = counts.map((_, n) => webhookOf({ n, key: `order-${n}` }));
        const booked = webhooks.flatMap((webhook, n) =>
          Array.from({ length: counts[n]! }, (_, copy) => rewardOf(webhook, 10 * n + copy)),
        );
        const deliveries = webhooks.map((webhook, n) =>
          deliveryOf(webhook, 'told', told(10 * n, webhook.key)),
        );
        const expected = webhooks.filter((_, n) => counts[n]! > 1).map(({ key }) => key);
        const { doubled, ...rest } = checkBooks(
          { action: 'rewards', deliveries, killed: noneKilled },
          [{ tenant: 'acme', booked }],
          [],
        );
        expect(doubled).to.deep.equal(expected);
        expect(Object.values(rest).flat()).to.deep.equal([]);
      }),
    );
  });
});
