import { expect } from 'chai';
import fc from 'fast-check';
import { Driver, answerOf, leftOf } from './driver.ts';

describe('the pace of calls to an Omneo', () => {
  let driver: Driver;

  beforeEach(() => {
    driver = new Driver();
  });

  describe('while nothing limits it', () => {
    it('admits 200 webhooks a second for a minute, of both kinds', () => {
      for (let second = 0; second < 60; second += 1) {
        expect(driver.attempts(200)).to.equal(200);
        expect(driver.attempts(200, 'waiting')).to.equal(200);
        driver.advance(1_000);
      }
      expect(driver.read()).to.deep.equal({
        callsPerMinute: Infinity,
        learnedFrom: 'none',
        isPaused: false,
      });
    });

    it('admits as many as ask before the first of them is answered', () => {
      for (let made = 0; made < 1_000; made += 1) expect(driver.admits()).to.equal(true);
    });

    it('learns nothing from failures of another kind', () => {
      for (let call = 0; call < 50; call += 1) driver.call(call % 2 === 0 ? 500 : 403);
      expect(driver.read()).to.include({ learnedFrom: 'none', isPaused: false });
    });
  });

  describe('with a limit in the spec', () => {
    beforeEach(() => {
      driver.most = 100;
    });

    it('admits what arrives as long as there is room for three calls', () => {
      expect(driver.attempts(100)).to.equal(33);
      expect(driver.read()).to.deep.equal({ callsPerMinute: 100, learnedFrom: 'spec', isPaused: false });
    });

    it('has room again once calls are a minute old', () => {
      driver.attempts(16);
      driver.advance(30_000);
      driver.attempts(17);
      expect(driver.retryInMs()).to.equal(30_250);
      driver.advance(30_249);
      expect(driver.admits()).to.equal(false);
      driver.advance(1);
      expect(driver.attempts(100)).to.equal(16);
    });

    it('reserves the calls of an attempt from its admission on', () => {
      let admitted = 0;
      while (driver.admits()) admitted += 1;
      expect(admitted).to.equal(33);
    });

    it('gives back what an attempt reserved and did not use', () => {
      while (driver.admits());
      driver.advance(30_000);
      expect(driver.admits()).to.equal(true);
    });

    it('counts calls that no attempt reserved', () => {
      for (let call = 0; call < 90; call += 1) driver.call();
      expect(driver.attempts(100)).to.equal(3);
    });

    it('learns how many calls an attempt makes', () => {
      for (let minute = 0; minute < 8; minute += 1) {
        for (let attempt = 0; attempt < 20; attempt += 1) {
          driver.advance(3_000);
          driver.attempts(1);
          driver.call();
        }
      }
      driver.advance(120_000);
      let admitted = 0;
      while (driver.admits()) admitted += 1;
      expect(admitted).to.equal(25);
    });

    it('follows a spec that changes at once', () => {
      driver.attempts(100);
      driver.most = 200;
      expect(driver.attempts(100)).to.equal(33);
      driver.most = undefined;
      expect(driver.attempts(100)).to.equal(100);
    });

    it('admits one attempt at a time, however small the limit is', () => {
      driver.most = 1;
      expect(driver.attempts(5)).to.equal(1);
      driver.advance(60_249);
      expect(driver.admits()).to.equal(false);
      driver.advance(1);
      expect(driver.attempts(5)).to.equal(1);
    });
  });

  it('does not take the rate of a quiet hour for the limit after one refusal', () => {
    for (let minute = 0; minute < 60; minute += 1) {
      for (let call = 0; call < 12; call += 1) driver.call();
      driver.advance(60_000);
    }
    for (let call = 0; call < 12; call += 1) driver.call();
    driver.call(429);
    driver.advance(3_000);
    driver.attempts(1);
    driver.advance(60_000);
    expect(driver.limit).to.be.at.least(60);
  });

  describe('for what waits', () => {
    beforeEach(() => {
      driver.most = 600;
    });

    /** How many attempts begin in so many milliseconds by somebody who asks again when told. */
    const backlog = (ms: number): number => {
      const end = driver.clock.monotonic() + ms;
      let begun = 0;
      while (driver.clock.monotonic() < end) {
        const wait = driver.retryInMs('waiting');
        driver.advance(Math.min(wait, end - driver.clock.monotonic()));
        if (wait > 0) continue;
        for (let call = 0; call < 3; call += 1) driver.call();
        begun += 1;
      }
      return begun;
    };

    it('is spread evenly over the minute', () => {
      for (let spans = 0; spans < 40; spans += 1) expect(backlog(3_000)).to.be.within(6, 14);
    });

    it('comes to the whole limit', () => {
      backlog(120_000);
      expect(3 * backlog(600_000)).to.be.within(0.98 * 6_000, 6_000);
    });

    it('has nothing to wait for when it asks late', () => {
      driver.attempts(1, 'waiting');
      driver.advance(10_000);
      expect(driver.attempts(20, 'waiting')).to.be.within(4, 8);
    });

    it('leaves room for some that arrive at once, as soon as any arrive', () => {
      backlog(120_000);
      driver.attempts(1);
      backlog(60_000);
      expect(driver.attempts(100)).to.be.within(8, 12);
    });

    it('gets what arriving ones leave', () => {
      driver.attempts(1);
      backlog(60_000);
      let [arrived, waited] = [0, 0];
      for (let second = 0; second < 600; second += 1) {
        arrived += driver.attempts(2);
        waited += backlog(1_000);
      }
      expect(arrived).to.be.within(1_195, 1_200);
      expect(waited).to.be.within(0.95 * 2_000 - 1_200, 2_000 - 1_200);
    });

    it('gets a small share when more arrive than there is room for', () => {
      let waited = 0;
      for (let second = 0; second < 1_200; second += 1) {
        driver.attempts(100);
        waited += backlog(1_000);
      }
      expect(waited).to.be.within(0.04 * 4_000, 0.07 * 4_000);
    });

    it('keeps nothing from those that arrive while there is room', () => {
      expect(driver.attempts(10, 'waiting')).to.be.above(0);
      const used = 3 * driver.attempts(1_000);
      expect(used).to.be.within(600 - 24, 600);
    });
  });

  describe('with a limit in the headers', () => {
    it('keeps a little below it', () => {
      driver.call(200, leftOf(100, 99));
      expect(driver.attempts(100, 'arrives', leftOf(100, 50))).to.equal(32);
      expect(driver.read()).to.deep.equal({ callsPerMinute: 99, learnedFrom: 'header', isPaused: false });
    });

    it('is limited by the spec if that is less, and not if it is more', () => {
      driver.call(200, leftOf(100, 99));
      driver.most = 50;
      expect(driver.read()).to.include({ callsPerMinute: 50, learnedFrom: 'spec' });
      driver.most = 500;
      expect(driver.read()).to.include({ callsPerMinute: 99, learnedFrom: 'header' });
    });

    it('is not limited by what a refusal shows, which may come from elsewhere', () => {
      driver.call(429, { ...leftOf(1, 0), 'retry-after': '1' });
      driver.advance(1_000);
      driver.call();
      expect(driver.read()).to.include({ learnedFrom: 'none' });
    });

    it('forgets it after a minute in which answers do not show it any more', () => {
      driver.call(200, leftOf(100, 99));
      driver.advance(60_000);
      driver.call();
      expect(driver.limit).to.equal(99);
      driver.advance(60_000);
      driver.call();
      expect(driver.limit).to.equal(Infinity);
    });

    it('counts in shorter times if more calls were taken than a minute has room for', () => {
      for (let second = 0; second < 61; second += 1) {
        driver.advance(1_000);
        driver.call(200, leftOf(20, 18));
        driver.call(200, leftOf(20, 17));
      }
      driver.attempts(1);
      expect(driver.limit).to.be.within(600, 900);
    });
  });

  describe('when nothing is left by the headers', () => {
    it('pauses for a moment, and then lets one attempt go ahead', () => {
      driver.call(200, leftOf(60, 0));
      expect(driver.read().isPaused).to.equal(true);
      expect(driver.retryInMs()).to.equal(3_000);
      driver.advance(3_000);
      expect(driver.attempts(1, 'arrives', leftOf(60, 59))).to.equal(1);
      expect(driver.attempts(5, 'arrives', leftOf(60, 50))).to.equal(5);
    });

    it('does not fall: nothing was refused', () => {
      for (let call = 0; call < 30; call += 1) driver.call(200, leftOf(60, 30 - call));
      driver.call(200, leftOf(60, 0));
      driver.advance(3_000);
      driver.call(200, leftOf(60, 59));
      expect(driver.read()).to.include({ learnedFrom: 'header', isPaused: false });
    });

    it('no longer believes it from an Omneo that goes on taking calls, until it says something else', () => {
      driver.call(200, leftOf(600, 0));
      driver.advance(3_000);
      driver.call(200, leftOf(600, 0));
      for (let call = 0; call < 20; call += 1) {
        driver.call(200, leftOf(600, 0));
        expect(driver.read().isPaused).to.equal(false);
      }
      driver.call(200, leftOf(600, 100));
      driver.call(200, leftOf(600, 0));
      expect(driver.read().isPaused).to.equal(true);
    });

    it('waits for the Retry-After of a call that was on its way', () => {
      const onItsWay = driver.pace.called();
      driver.call(200, leftOf(60, 0));
      driver.pace.answered(onItsWay, answerOf(429, { 'retry-after': '30' }));
      expect(driver.retryInMs()).to.equal(30_000);
    });
  });

  describe('when Omneo refuses a call', () => {
    it('admits nothing until Retry-After is over, and then everything', () => {
      driver.untilRefused(5, 17);
      expect(driver.retryInMs()).to.equal(17_000);
      expect(driver.retryInMs('waiting')).to.equal(17_000);
      driver.advance(16_999);
      expect(driver.retryInMs()).to.equal(25);
      expect(driver.read().isPaused).to.equal(true);
      driver.advance(1);
      expect(driver.admits()).to.equal(true);
      expect(driver.admits()).to.equal(true);
      expect(driver.read().isPaused).to.equal(false);
    });

    it('lets one attempt go ahead after an end that nobody gave, and waits twice as long after each refusal', () => {
      driver.untilRefused(5);
      for (const seconds of [3, 6, 12, 24, 24]) {
        expect(driver.retryInMs()).to.equal(seconds * 1000);
        driver.advance(seconds * 1000);
        expect(driver.admits()).to.equal(true);
        expect(driver.retryInMs()).to.equal(250);
        driver.call(429);
      }
    });

    it('lets the others follow as soon as a call of the one that went ahead is taken', () => {
      driver.untilRefused(5);
      driver.advance(3_000);
      expect(driver.admits()).to.equal(true);
      expect(driver.admits()).to.equal(false);
      driver.call();
      expect(driver.admits()).to.equal(true);
      expect(driver.admits()).to.equal(true);
    });

    it('lets another go ahead if the first shows nothing', () => {
      driver.untilRefused(5);
      driver.advance(3_000);
      expect(driver.admits()).to.equal(true);
      driver.advance(4_999);
      expect(driver.admits()).to.equal(false);
      driver.advance(1);
      expect(driver.admits()).to.equal(true);
    });

    it('does not believe a Retry-After again that was too short, but lets one go ahead', () => {
      driver.untilRefused(5, 1);
      driver.advance(1_000);
      driver.call(429, { 'retry-after': '1' });
      driver.advance(1_000);
      expect(driver.admits()).to.equal(true);
      expect(driver.admits()).to.equal(false);
    });

    it('waits for the longest of several Retry-After', () => {
      const others = [driver.pace.called(), driver.pace.called()];
      driver.untilRefused(5, 3);
      driver.pace.answered(others[0]!, answerOf(429, { 'retry-after': '9' }));
      driver.pace.answered(others[1]!, answerOf(429, { 'retry-after': '6' }));
      expect(driver.retryInMs()).to.equal(9_000);
    });

    it('is not paused again by answers to what was sent before the pause', () => {
      const late = driver.pace.called();
      driver.untilRefused(5, 3);
      driver.advance(3_000);
      driver.call();
      driver.pace.answered(late, answerOf(429, { 'retry-after': '30' }));
      expect(driver.admits()).to.equal(true);
    });
  });

  describe('after refusals', () => {
    it('is limited to what Omneo took in its window', () => {
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      expect(driver.read()).to.deep.equal({ callsPerMinute: 300, learnedFrom: 'refusals', isPaused: false });
    });

    it('counts back to where a window of a minute began', () => {
      for (let call = 0; call < 100; call += 1) driver.call();
      driver.advance(40_000);
      driver.untilRefused(300, 50);
      driver.advance(50_000);
      expect(driver.limit).to.be.within(290, 300);
    });

    it('does not count what was refused, nor what was under way and got refused', () => {
      const underWay = Array.from({ length: 40 }, () => driver.pace.called());
      driver.untilRefused(100, 60);
      for (const sentAt of underWay) driver.pace.answered(sentAt, answerOf(429, { 'retry-after': '60' }));
      driver.advance(60_000);
      expect(driver.limit).to.equal(100);
    });

    it('learns nothing from a refusal after a few calls', () => {
      driver.untilRefused(9, 60);
      driver.advance(60_000);
      expect(driver.read().learnedFrom).to.equal('none');
    });

    it('falls when the next refusal comes after about as few calls, and not by one that may have any cause', () => {
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      driver.untilRefused(150, 60);
      driver.advance(60_000);
      expect(driver.limit).to.equal(300);
      driver.untilRefused(150, 60);
      driver.advance(60_000);
      expect(driver.limit).to.equal(150);
    });

    it('falls once by a pause, however many calls it refuses', () => {
      const refusedOnce = (others: number): number => {
        driver = new Driver();
        driver.untilRefused(300, 60);
        driver.advance(60_000);
        const underWay = Array.from({ length: others }, () => driver.pace.called());
        driver.untilRefused(300, 60);
        for (const sentAt of underWay) driver.pace.answered(sentAt, answerOf(429, { 'retry-after': '60' }));
        driver.advance(60_000);
        driver.call();
        return driver.limit;
      };
      expect(refusedOnce(0)).to.be.within(290, 296);
      expect(refusedOnce(20)).to.equal(refusedOnce(0));
    });

    it('learns without a Retry-After when Omneo takes calls again', () => {
      driver.untilRefused(100);
      for (let second = 0; second < 60; second += 3) {
        driver.advance(driver.retryInMs() || 1);
        if (driver.clock.monotonic() >= 60_000) break;
        driver.call(429);
      }
      driver.advance(24_000);
      driver.call();
      expect(driver.limit).to.equal(100);
    });

    /** Minutes in which all is used that there is room for, and all of it taken. */
    const busy = (minutes: number): void => {
      const end = driver.clock.monotonic() + minutes * 60_000;
      while (driver.clock.monotonic() < end) {
        driver.attempts(100);
        driver.advance(1_000);
      }
    };

    it('rises while Omneo takes all there is room for: slowly at first, then faster and faster', () => {
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      busy(3);
      expect(driver.limit).to.be.within(290, 296);
      busy(4);
      expect(driver.limit).to.be.within(297, 400);
      busy(4);
      expect(driver.limit).to.be.above(600);
    });

    it('rises at once after a first refusal, which may have had any cause', () => {
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      busy(4);
      expect(driver.limit).to.be.above(310);
    });

    it('does not rise while hardly anything is asked of Omneo', () => {
      driver.untilRefused(300, 60);
      driver.advance(60_000);
      for (let second = 0; second < 3_600; second += 1) {
        driver.attempts(1);
        driver.advance(1_000);
      }
      expect(driver.limit).to.equal(300);
    });
  });

  it('goes on whatever Omneo answers', () => {
    const headers = fc.record(
      {
        'x-ratelimit-limit': fc.oneof(fc.nat(2_000).map(String), fc.string()),
        'x-ratelimit-remaining': fc.oneof(fc.nat(2_000).map(String), fc.constant('0'), fc.string()),
        'retry-after': fc.oneof(fc.nat(100).map(String), fc.string()),
      },
      { requiredKeys: [] },
    );
    const step = fc.record({
      ms: fc.oneof(fc.nat(300), fc.nat(90_000)),
      kind: fc.constantFrom('arrives', 'waiting'),
      calls: fc.nat(20),
      status: fc.constantFrom(200, 200, 200, 429, 500),
      headers,
      isLate: fc.boolean(),
    });
    const spec = fc.option(fc.nat(500), { nil: undefined });
    fc.assert(
      fc.property(spec, fc.array(step, { maxLength: 60 }), (most, steps) => {
        const driven = new Driver();
        driven.most = most;
        const late: number[] = [];
        for (const { ms, kind, calls, status, headers: shown, isLate } of steps) {
          driven.advance(ms);
          const wait = driven.retryInMs(kind);
          expect(wait === 0 || (wait >= 25 && wait <= 3_600_000), String(wait)).to.equal(true);
          if (isLate) late.push(driven.pace.called());
          for (let call = 0; call < calls; call += 1) driven.call(status, shown);
          if (!isLate)
            for (const sentAt of late.splice(0)) driven.pace.answered(sentAt, answerOf(status, shown));
          const { callsPerMinute, learnedFrom } = driven.read();
          expect(callsPerMinute).to.be.at.least(0);
          expect(learnedFrom === 'none').to.equal(callsPerMinute === Infinity);
        }
        driven.advance(3_600_000);
        expect(driven.admits('waiting')).to.equal(true);
      }),
    );
  });
});
