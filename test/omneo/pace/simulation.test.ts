import { expect } from 'chai';
import { type Outcome, type Scene, simulate } from './simulator.ts';

/** What answers say about the throttle. */
const hints = {
  'X-RateLimit headers': { showsLimit: true },
  'Retry-After alone': {},
  'no header at all': { showsRetryAfter: false },
} as const satisfies Record<string, Partial<Scene>>;

const minutesOf = (limit: number): number => ({ 60: 200, 1_000: 60 })[limit] ?? 12;
const atOnceOf = (limit: number): number => (limit > 1_000 ? 64 : 16);

/** From the start of the replica on, with all that it has to learn. */
function backlogOf(calls: number, scene: Partial<Scene> = {}): Outcome {
  return simulate({ minutes: minutesOf(calls), atOnce: atOnceOf(calls), limit: () => calls, ...scene });
}

describe('a backlog at the pace that Omneo takes', () => {
  for (const limit of [60, 1_000, 6_000]) {
    for (const [hint, nature] of Object.entries(hints)) {
      it(`uses 95 % of ${limit} calls a minute and wastes hardly any, with ${hint}`, () => {
        const { used, callsPerReward } = backlogOf(limit, nature);
        expect(used).to.be.within(0.95, 1);
        expect(callsPerReward).to.be.at.most(2.1);
      });

      it(`uses 90 % of ${limit} calls a minute from three replicas, none of which starves, with ${hint}`, () => {
        const { used, callsPerReward, waited } = backlogOf(limit, { starts: [0, 0.7, 3.3], ...nature });
        expect(used).to.be.within(0.9, 1);
        expect(callsPerReward).to.be.at.most(2.2);
        const all = waited.reduce((sum, each) => sum + each, 0);
        expect(Math.min(...waited) / all).to.be.above(1 / 9);
      });
    }
  }

  for (const limit of [60, 1_000]) {
    for (const [change, factor] of [
      ['halved', 0.5],
      ['doubled', 2],
    ] as const) {
      for (const hint of ['X-RateLimit headers', 'Retry-After alone'] as const) {
        // What is learned from a header does not depend on how much it is.
        if (limit === 1_000 && hint === 'X-RateLimit headers') continue;
        it(`follows ${limit} calls a minute that are ${change} midway, with ${hint}`, () => {
          const { used, callsPerReward } = backlogOf(limit, {
            minutes: 200,
            limit: (minute) => (minute < 100 ? limit : limit * factor),
            ...hints[hint],
          });
          expect(used).to.be.within(0.95, 1);
          expect(callsPerReward).to.be.at.most(2.1);
        });
      }
    }
  }

  it('does as well against a throttle whose window is ten seconds', () => {
    const { used, callsPerReward } = backlogOf(1_000, {
      minutes: 60,
      limit: () => 167,
      windowMs: 10_000,
    });
    expect(used).to.be.within(0.9, 1);
    expect(callsPerReward).to.be.at.most(2.1);
  });

  it('uses all that a throttle allows whose window is an hour', () => {
    const { used, callsPerReward } = backlogOf(1_000, { minutes: 300, windowMs: 3_600_000 });
    expect(used).to.be.within(0.95, 1);
    expect(callsPerReward).to.be.at.most(2.2);
  });

  it('keeps within the limit of the spec where Omneo has none', () => {
    const limit = { limit: () => 1_000_000, callsPerMinute: 1_000, minutes: 30 };
    const { mostInAMinute, used } = simulate(limit);
    expect(mostInAMinute).to.be.at.most(1_000);
    expect(used * 1_000_000).to.be.above(950);
  });

  it('recovers from refusals that have nothing to do with how much is asked', () => {
    const { used } = backlogOf(1_000, { randomRefusals: 0.001 });
    expect(used).to.be.above(0.75);
  });
});

describe('a backlog at the pace of an Omneo whose headers lie', () => {
  const limitOnly = (name: string, truth?: string) => (name === 'x-ratelimit-limit' ? truth : undefined);
  const lies: Record<string, NonNullable<Scene['lie']>> = {
    'nothing is ever left': (name, truth) => (name === 'x-ratelimit-remaining' ? '0' : truth),
    'all is always left': (name, truth) => (name === 'x-ratelimit-remaining' ? truth && '1000' : truth),
    'the limit is a million': (name, truth) => (name === 'x-ratelimit-limit' ? '1000000' : truth),
    'the limit is below nothing': (name, truth) => (name.startsWith('x-ratelimit') ? '-1' : truth),
    'it is over at once': (name, truth) => (name === 'retry-after' ? truth && '0' : truth),
    'it is over in 1970': (name, truth) =>
      name === 'retry-after' ? truth && 'Thu, 01 Jan 1970 00:00:00 GMT' : truth,
    'only the limit is shown': (name, truth) => limitOnly(name, truth),
  };
  for (const [what, lie] of Object.entries(lies)) {
    it(`is used as well when they say that ${what}`, () => {
      const { used, callsPerReward } = backlogOf(1_000, { minutes: 60, showsLimit: true, lie });
      expect(used).to.be.within(0.95, 1);
      expect(callsPerReward).to.be.at.most(2.1);
    });
  }
});

describe('what arrives beside a backlog', () => {
  const limit = 1_000;
  const most = limit / 2.07;

  it('is admitted, but for moments, and leaves the rest to the backlog', () => {
    const { arrived, turnedAway, waited, used } = backlogOf(limit, { minutes: 60, arriving: 0.3 * most });
    expect(turnedAway / (arrived + turnedAway)).to.be.below(0.03);
    expect(waited[0]! / (60 * most)).to.be.within(0.6, 0.7);
    expect(used).to.be.above(0.92);
  });

  it('leaves a small share to the backlog when it is more than Omneo takes', () => {
    const { arrived, waited, used } = backlogOf(limit, { minutes: 60, arriving: 1.5 * most });
    const share = waited[0]! / (waited[0]! + arrived);
    expect(share).to.be.within(0.04, 0.1);
    expect(used).to.be.above(0.95);
  });

  it('is never turned away, and never slowed, while Omneo refuses nothing', () => {
    const unlimited = { limit: () => 1_000_000, minutes: 5, hasBacklog: false, arriving: 200 * 60 };
    const { turnedAway, arrived } = simulate(unlimited);
    expect(turnedAway).to.equal(0);
    expect(arrived).to.be.above(5 * 200 * 60 * 0.97);
  });

  it('costs hardly a call more than it makes when far too much arrives and nobody has a backlog', () => {
    const { callsPerReward, used } = backlogOf(limit, { minutes: 60, hasBacklog: false, arriving: 5 * most });
    expect(callsPerReward).to.be.below(2.15);
    expect(used).to.be.above(0.9);
  });
});
