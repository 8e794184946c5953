import { expect } from 'chai';
import { Attempts } from '../../../src/console/access/attempts.ts';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';
import { type ManualClock, manualClock } from '../../omneo/time.ts';

const hour = 3_600_000;

describe('failed tries to sign in', () => {
  let clock: ManualClock;
  let attempts: Attempts;

  beforeEach(() => {
    clock = manualClock();
    attempts = new Attempts(clock);
  });

  const fails = () => Promise.resolve(undefined);
  const succeeds = () => Promise.resolve('ada');

  async function outcomeOf(
    credentials: string,
    check: () => Promise<string | undefined>,
    client = 'c',
  ): Promise<string | undefined> {
    try {
      return await attempts.run({ client, credentials }, check);
    } catch (error) {
      if (!(error instanceof ConsoleProblem)) throw error;
      return `${error.code} ${String(error.retryAfter)}`;
    }
  }

  async function fail(times: number, client = 'c'): Promise<void> {
    for (let index = 0; index < times; index += 1)
      expect(await outcomeOf(`wrong ${index}`, fails, client)).to.equal(undefined);
  }

  it('are ten a minute, then none until the minute is over', async () => {
    await fail(10);
    clock.advance(18_500);
    expect(await outcomeOf('more', fails)).to.equal('too_many_requests 42');
    clock.advance(41_500);
    await fail(10);
    expect(await outcomeOf('more', fails)).to.equal('too_many_requests 60');
  });

  it('are not even checked beyond that', async () => {
    await fail(10);
    let checks = 0;
    const check = () => {
      checks += 1;
      return succeeds();
    };
    await outcomeOf('right', check);
    expect(checks).to.equal(0);
  });

  it('count for each client by itself', async () => {
    await fail(10, 'one');
    expect(await outcomeOf('wrong', fails, 'other')).to.equal(undefined);
  });

  it('are none of those that succeed, however many', async () => {
    for (let index = 0; index < 30; index += 1)
      expect(await outcomeOf(`right ${index}`, succeeds)).to.equal('ada');
  });

  it('are none of those that could not be checked', async () => {
    const breaks = () => Promise.reject(new ConsoleProblem('unavailable'));
    for (let index = 0; index < 30; index += 1)
      expect(await outcomeOf(`right ${index}`, breaks)).to.equal('unavailable undefined');
  });

  it('are limited too where all are tried at once', async () => {
    const tries = Array.from({ length: 30 }, (_, index) => outcomeOf(`wrong ${index}`, fails));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome === undefined)).to.have.length(10);
  });

  it('are none of a page that asks for thirty things at once', async () => {
    let checks = 0;
    const check = () => {
      checks += 1;
      return succeeds();
    };
    const tries = Array.from({ length: 30 }, () => outcomeOf('right', check));
    expect(new Set(await Promise.all(tries))).to.deep.equal(new Set(['ada']));
    expect(checks).to.equal(1);
  });

  it('of strangers behind the same proxy keep out nobody who is at work', async () => {
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    await fail(10);
    clock.advance(59_000);
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    await fail(0);
  });

  it('of strangers keep out nobody who has read for hours before going on', async () => {
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    clock.advance(12 * hour - 1);
    await fail(10);
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    clock.advance(12 * hour - 1);
    await fail(10);
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
  });

  it('keep out whoever was away for longer than twelve hours', async () => {
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    clock.advance(12 * hour);
    await fail(10);
    expect(await outcomeOf('right', succeeds)).to.equal('too_many_requests 60');
  });

  it('are checked each time, also of credentials that were accepted before', async () => {
    let checks = 0;
    const check = () => {
      checks += 1;
      return succeeds();
    };
    for (let index = 0; index < 3; index += 1) await outcomeOf('right', check);
    expect(checks).to.equal(3);
  });

  it('begin to count for credentials that do not hold any more', async () => {
    expect(await outcomeOf('right', succeeds)).to.equal('ada');
    for (let index = 0; index < 11; index += 1) expect(await outcomeOf('right', fails)).to.equal(undefined);
    expect(await outcomeOf('right', fails)).to.equal('too_many_requests 60');
  });
});
