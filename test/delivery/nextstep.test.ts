import { expect } from 'chai';
import { type AttemptState, type NextStep, nextStep } from '../../src/delivery/nextstep.ts';
import { BudgetExceeded } from '../../src/delivery/limits/budgetexceeded.ts';
import { Problem, type ProblemCode, notReady, problems } from '../../src/lib/problem.ts';
import { UpstreamError } from '../../src/omneo/client/upstream.ts';

const minute = 60_000;
const giveUpAfterMs = 72 * 60 * minute;

/** After the first attempt, with all of the jitter there can be. */
const first: AttemptState = Object.freeze({
  attempts: 1,
  ageMs: 0,
  giveUpAfterMs,
  isUnconfirmed: false,
  waitsForProfile: false,
  random: () => 1,
});

const upstream = (...args: ConstructorParameters<typeof UpstreamError>): UpstreamError =>
  new UpstreamError(...args);

describe('What becomes of a delivery whose attempt failed', () => {
  it('waits for another day when a budget has no room, however old it is', () => {
    const held = { wait: 'held', dueInMs: 3_630_000 };
    expect(nextStep(new BudgetExceeded(3_600_000), first)).to.deep.equal(held);
    expect(nextStep(new BudgetExceeded(3_600_000), { ...first, ageMs: 2 * giveUpAfterMs })).to.deep.equal(
      held,
    );
  });

  describe('after what Omneo said', () => {
    for (const [what, error, becomes] of [
      ['a 429', upstream('throttled', '429'), { wait: 'throttled', dueInMs: 5000 }],
      [
        'a 429 with Retry-After',
        upstream('throttled', '429', { retryAfter: 60 }),
        { wait: 'throttled', dueInMs: 65_000 },
      ],
      ['refused credentials', upstream('refused', '401'), { wait: 'credentials_refused', dueInMs: 5000 }],
      [
        'refused credentials that are to be shown again later',
        upstream('refused', '401', { retryAfter: 30 }),
        { wait: 'credentials_refused', dueInMs: 35_000 },
      ],
      ['no answer', upstream('unavailable', 'reset'), { wait: 'unavailable', dueInMs: 5000 }],
      [
        'a 503 with Retry-After',
        upstream('unavailable', '503', { retryAfter: 10 }),
        { wait: 'unavailable', dueInMs: 15_000 },
      ],
      ['that it can never work', upstream('rejected', '422', { fields: ['amount'] }), { park: 'rejected' }],
    ] as const)
      it(`${what}: ${JSON.stringify(becomes)}`, () => {
        expect(nextStep(error, first)).to.deep.equal(becomes);
      });
  });

  describe('after a problem of our own', () => {
    const later = (ms: number): NextStep => ({ wait: 'unavailable', dueInMs: ms });
    const steps: Readonly<Record<ProblemCode, NextStep>> = {
      invalid_json: { park: 'invalid_payload' },
      invalid_payload: { park: 'invalid_payload' },
      profile_not_found: { park: 'profile_not_found' },
      reward_rejected: { park: 'rejected' },
      id_reused: { park: 'id_reused' },
      not_allowed: { park: 'not_allowed' },
      // Their own Retry-After is five seconds.
      overloaded: later(10_000),
      not_ready: later(10_000),
      upstream_unavailable: later(5000),
      internal: later(5000),
      // None of these comes of an attempt. One that did would be a bug, which must lose nothing.
      unauthorized: later(5000),
      not_found: later(5000),
      method_not_allowed: later(5000),
      payload_too_large: later(5000),
      unsupported_media_type: later(5000),
    };

    for (const [code, becomes] of Object.entries(steps))
      it(`${code}: ${JSON.stringify(becomes)}`, () => {
        expect(nextStep(new Problem(code as ProblemCode), first)).to.deep.equal(becomes);
      });

    it('knows every code there is', () => {
      expect(Object.keys(steps)).to.have.members(Object.keys(problems));
    });

    it('waits for a profile that may still come', () => {
      const step = nextStep(new Problem('profile_not_found'), { ...first, waitsForProfile: true });
      expect(step).to.deep.equal({ wait: 'profile_not_found', dueInMs: 5000 });
    });

    it('says of a create whose outcome is unknown that it is that which is waited for', () => {
      const error = notReady('the settle window is not over', { retryAfter: 100 });
      expect(nextStep(error, { ...first, isUnconfirmed: true })).to.deep.equal({
        wait: 'unconfirmed',
        dueInMs: 105_000,
      });
    });
  });

  it('keeps what ran into a bug: another attempt may not', () => {
    for (const bug of [new TypeError('x is undefined'), 'a string', undefined])
      expect(nextStep(bug, first)).to.deep.equal({ wait: 'unavailable', dueInMs: 5000 });
  });

  describe('the pause', () => {
    const pauseOf = (
      changes: Partial<AttemptState>,
      error: unknown = upstream('throttled', '429'),
    ): number => {
      const step = nextStep(error, { ...first, ...changes });
      if (!('dueInMs' in step)) throw new Error('it does not wait');
      return step.dueInMs;
    };

    it('doubles from five seconds to fifteen minutes', () => {
      const pauses = Array.from({ length: 10 }, (_, n) => pauseOf({ attempts: n + 1 }) / 1000);
      expect(pauses).to.deep.equal([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    });

    it('stays at fifteen minutes however many attempts were made', () => {
      expect(pauseOf({ attempts: 100_000 })).to.equal(15 * minute);
    });

    it('counts an attempt that was never counted as the first', () => {
      expect(pauseOf({ attempts: 0 })).to.equal(5000);
    });

    it('has full jitter', () => {
      expect(pauseOf({ attempts: 9, random: () => 0 })).to.equal(0);
      expect(pauseOf({ attempts: 9, random: () => 0.5 })).to.equal(7.5 * minute);
    });

    it('is never shorter than Omneo asks for, and has its jitter on top', () => {
      const throttled = upstream('throttled', '429', { retryAfter: 3600 });
      expect(pauseOf({ attempts: 3, random: () => 0 }, throttled)).to.equal(60 * minute);
      expect(pauseOf({ attempts: 3 }, throttled)).to.equal(60 * minute + 20_000);
    });
  });

  describe('giving up', () => {
    for (const [what, error] of [
      ['is throttled', upstream('throttled', '429', { retryAfter: 60 })],
      ['has its credentials refused', upstream('refused', '401')],
      ['finds Omneo away', upstream('unavailable', 'reset')],
      ['ran into a bug', new TypeError('x is undefined')],
    ] as const)
      it(`parks what still ${what} when its time is over, and not before`, () => {
        expect(nextStep(error, { ...first, ageMs: giveUpAfterMs - 1 })).to.have.property('wait');
        expect(nextStep(error, { ...first, ageMs: giveUpAfterMs })).to.deep.equal({ park: 'gave_up' });
      });

    it('parks a profile that did not come in time as given up', () => {
      const state = { ...first, waitsForProfile: true, ageMs: giveUpAfterMs };
      expect(nextStep(new Problem('profile_not_found'), state)).to.deep.equal({ park: 'gave_up' });
    });

    it('says why, if that is final in itself', () => {
      const state = { ...first, ageMs: giveUpAfterMs };
      expect(nextStep(upstream('rejected', '422'), state)).to.deep.equal({ park: 'rejected' });
    });
  });
});
