import { expect } from 'chai';
import { type BackfillOptions, backfillOptions } from '../../bench/harness/backfilloptions.ts';
import { type BackfillOutcome, backfillRows } from '../../bench/harness/backfillrows.ts';

describe('The options of the back-fill bench', () => {
  it('are short by default, shorter to see that it works, and what was given otherwise', () => {
    const initial = { webhooks: 1000, callsPerMinute: 100, minuteMs: 6000, jitter: false, mode: undefined };
    expect(backfillOptions({}, false)).to.deep.equal(initial);
    const quick = { ...initial, webhooks: 20, callsPerMinute: 20, minuteMs: 1000 };
    expect(backfillOptions({}, true)).to.deep.equal(quick);
    const given = { webhooks: '5', 'calls-per-minute': '6', 'minute-ms': '7', jitter: true, mode: 'durable' };
    const all = { webhooks: 5, callsPerMinute: 6, minuteMs: 7, jitter: true, mode: 'Durable' };
    expect(backfillOptions(given, true)).to.deep.equal(all);
    expect(backfillOptions({ mode: 'synchronous' }, false)).to.include({ mode: 'Synchronous' });
  });

  for (const [name, text] of [
    ['webhooks', '0'],
    ['webhooks', '1e3'],
    ['calls-per-minute', '-1'],
    ['minute-ms', '1.5'],
    ['mode', 'later'],
  ] as const) {
    it(`are refused with a sentence when --${name} is ${text}`, () => {
      expect(() => backfillOptions({ [name]: text }, false)).to.throw(
        new RegExp(`^--${name} takes .+, not "${text}"\\.$`),
      );
    });
  }
});

describe('The rows of a back-fill', () => {
  const options = (mode: BackfillOptions['mode']): BackfillOptions => ({
    webhooks: 3,
    callsPerMinute: 10,
    minuteMs: 6000,
    jitter: false,
    mode,
  });
  /** Three webhooks of which one is lost and one is doubled, after two scaled minutes. */
  const spoilt: BackfillOutcome = {
    report: { first: { 200: 1, 429: 2 }, last: { 200: 2, 429: 1 }, requests: 9 },
    seen: { tally: { calls: 14, refused: 4, made: 3 }, at: 120_000 },
    total: { calls: 18, refused: 8, made: 3 },
    externalIds: ['a', 'b', 'b'],
  };
  const good: BackfillOutcome = {
    report: { first: { 200: 1, 202: 2 }, last: { 200: 1, 202: 2 }, requests: 3 },
    seen: { tally: { calls: 6, refused: 0, made: 3 }, at: 36_000 },
    total: { calls: 6, refused: 0, made: 3 },
    externalIds: ['a', 'b', 'c'],
  };
  const rowsOf = (mode: BackfillOptions['mode'], outcome: BackfillOutcome) =>
    backfillRows(options(mode), outcome).map(({ figure, measured, held }) => [
      figure.replace(/^.*: /, ''),
      measured,
      held,
    ]);

  it('say what came of it, and hold nothing but that none is doubled', () => {
    expect(rowsOf('Synchronous', spoilt)).to.deep.equal([
      ['webhooks due at once, and calls a minute', '3, 10', null],
      ['first answers', '1 × 200, 2 × 429', null],
      ['last answers', '2 × 200, 1 × 429', null],
      ['requests of Klaviyo', '9', null],
      ['lost', '1', null],
      ['doubled', '1', false],
      ['calls to Omneo, and 429 among them', '18, 8', null],
      ['calls a reward', '9.00', null],
      ['share of the allowed calls that was used', '0.50', null],
      ['scaled minutes, and the ideal', '2.0, 0.6', null],
    ]);
  });

  for (const [what, mode, outcome, isHeld] of [
    ['what durable delivery promises', 'Durable', good, true],
    ['the same of the mode by default', undefined, good, true],
    ['nothing of that when it is spoilt', 'Durable', spoilt, false],
  ] as const) {
    it(`hold ${what}`, () => {
      const held = rowsOf(mode, outcome).filter(([, , each]) => each !== null);
      expect(held.map(([figure, , each]) => [figure, each])).to.deep.equal(
        [
          'first answers',
          'lost',
          'doubled',
          'calls a reward',
          'share of the allowed calls that was used',
        ].map((figure) => [figure, isHeld]),
      );
    });
  }
});
