import { expect } from 'chai';
import fc from 'fast-check';
import { type Moment, judge } from './history.ts';

const sent = (at: number): Moment => ({ key: 'k', at, kind: 'sent' });
const create = (at: number, committed = true): Moment => ({ key: 'k', at, kind: 'create', committed });
const told = (at: number): Moment => ({ key: 'k', at, kind: 'told' });

const table: readonly [name: string, moments: Moment[], tooMany: number, tooEarly: number][] = [
  ['one webhook, one create', [sent(0), create(1), told(2)], 0, 0],
  [
    'creates that were not committed',
    [sent(0), create(1, false), create(2), create(3, false), told(4)],
    0,
    0,
  ],
  ['nobody was told', [sent(0), create(1)], 0, 0],
  ['nothing was created', [sent(0)], 0, 0],
  ['all in one millisecond', [told(1), create(1), sent(1)], 0, 0],
  ['two creates', [sent(0), create(1), told(2), create(3)], 1, 0],
  ['three creates', [sent(0), create(1), create(2), create(3)], 2, 0],
  ['two equal webhooks, two creates', [sent(0), create(1), told(2), sent(3), create(4), told(5)], 0, 0],
  [
    'the second create of two comes before the second webhook',
    [sent(0), create(1), create(2), sent(3)],
    1,
    0,
  ],
  ['a create that nobody asked for', [create(1)], 1, 0],
  ['told, and not there', [sent(0), told(1)], 0, 1],
  ['told before it was there', [sent(0), told(1), create(2)], 0, 1],
  ['told of an uncommitted create', [sent(0), create(1, false), told(2)], 0, 1],
  [
    'the second of two equal ones is told of the first',
    [sent(0), create(1), told(2), sent(3), told(4)],
    0,
    1,
  ],
];

/** A history in which everything is as it has to be: sent, perhaps created, perhaps told. */
const lawful = fc
  .array(fc.record({ steps: fc.integer({ min: 1, max: 3 }), misses: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((webhooks) =>
    webhooks.flatMap(({ steps, misses }, n) => {
      const key = `k${n}`;
      const missed = Array.from({ length: misses }, (_, i): Moment => ({
        key,
        at: n + 1 + i,
        kind: 'create',
        committed: false,
      }));
      const all: Moment[] = [
        { key, at: n, kind: 'sent' },
        { key, at: n + 10, kind: 'create', committed: true },
        { key, at: n + 20, kind: 'told' },
      ];
      return [...all.slice(0, steps), ...missed];
    }),
  );

describe('the history checker of the chaos run', () => {
  for (const [name, moments, tooMany, tooEarly] of table) {
    it(name, () => {
      const wrong = tooMany + tooEarly > 0;
      expect(judge(moments)).to.deep.equal(wrong ? [{ key: 'k', tooMany, tooEarly }] : []);
    });
  }

  it('finds nothing in a lawful history, in whatever order it was recorded', () => {
    const shuffled = lawful.chain((moments) =>
      fc.shuffledSubarray(moments, { minLength: moments.length, maxLength: moments.length }),
    );
    fc.assert(fc.property(shuffled, (moments) => judge(moments).length === 0));
  });

  it('finds every create that is one too many, and no other key', () => {
    const withOneMore = fc
      .tuple(lawful, fc.nat())
      .map(([moments, pick]) => {
        const committed = moments.filter((one) => one.kind === 'create' && one.committed);
        return { moments, doubled: committed[pick % Math.max(1, committed.length)] };
      })
      .filter(({ doubled }) => doubled !== undefined);
    fc.assert(
      fc.property(withOneMore, ({ moments, doubled }) => {
        const again = { ...doubled!, at: doubled!.at + 5 };
        const verdicts = judge([...moments, again]);
        return verdicts.length === 1 && verdicts[0]!.key === doubled!.key && verdicts[0]!.tooMany === 1;
      }),
    );
  });

  it('finds every told webhook whose create is taken away', () => {
    const withoutOne = fc.tuple(lawful, fc.nat()).filter(([moments]) => moments.some(isTold));
    fc.assert(
      fc.property(withoutOne, ([moments, pick]) => {
        const keys = moments.filter(isTold).map(({ key }) => key);
        const key = keys[pick % keys.length];
        const verdicts = judge(moments.filter((one) => one.key !== key || one.kind !== 'create'));
        return verdicts.length === 1 && verdicts[0]!.key === key && verdicts[0]!.tooEarly === 1;
      }),
    );
  });
});

const isTold = ({ kind }: Moment): boolean => kind === 'told';
