import { expect } from 'chai';
import fc from 'fast-check';
import { knownActions } from './actions/actions.ts';
import { nameOf } from './injector.ts';
import { lateProfilesOf, patient } from './people.ts';
import { type Plan, planRun } from './plan.ts';
import { settlingMs, retries, spacing, usualTimes } from './times.ts';
import { type Webhook, bodyOf } from './webhook.ts';

const options = fc.record({
  webhooks: fc.integer({ min: 1, max: 2_000 }),
  seed: fc.nat(2 ** 31 - 1),
  minutes: fc.integer({ min: 5, max: 40 }).map((halves) => halves / 2),
  ledger: fc.constantFrom('postgres' as const, 'sqlite' as const),
  mode: fc.constantFrom('synchronous' as const, 'durable' as const),
  actions: fc.subarray([...knownActions], { minLength: 1 }),
});
const usual = { webhooks: 20_000, seed: 1, minutes: 20, ledger: 'postgres', actions: ['rewards'] } as const;
const big = planRun({ ...usual, mode: 'synchronous' });
const durable = planRun({ ...usual, mode: 'durable' });

const namesIn = ({ injections }: Plan): string[] => [...new Set(injections.map(({ what }) => nameOf(what)))];

const isLate = ({ tenant, person }: Webhook): boolean =>
  lateProfilesOf(tenant).some(({ id }) => id === person.profileId);

/** How long the ledger's client waits for it, at most. */
const ledgerAnswerMs = 2_000;

describe('the planner of the chaos run', () => {
  it('plans the same from the same seed, and something else from another', () => {
    fc.assert(
      fc.property(options, (given) => {
        expect(planRun(given)).to.deep.equal(planRun(given));
        expect(planRun({ ...given, seed: given.seed + 1 })).not.to.deep.equal(planRun(given));
      }),
      { numRuns: 20 },
    );
  });

  it('plans as many webhooks as asked for, each with a body of its own unless it equals its twin', () => {
    fc.assert(
      fc.property(options, (given) => {
        const { webhooks } = planRun(given);
        expect(webhooks.map(({ n }) => n)).to.deep.equal([...Array(given.webhooks).keys()]);
        const bodies = new Set(webhooks.map(bodyOf));
        expect(bodies.size).to.equal(webhooks.filter(({ twinOf }) => twinOf === undefined).length);
      }),
      { numRuns: 20 },
    );
  });

  it('gives every twin the body of the webhook before it, and no id', () => {
    const twins = big.webhooks.filter(({ twinOf }) => twinOf !== undefined);
    expect(twins.length).to.be.above(200);
    for (const twin of twins) {
      const first = big.webhooks[twin.twinOf!]!;
      expect([twin.n, twin.hasId, bodyOf(twin)]).to.deep.equal([first.n + 1, false, bodyOf(first)]);
    }
  });

  it('leaves time to settle after the last webhook, and mends everything within it', () => {
    fc.assert(
      fc.property(options, (given) => {
        const { webhooks, injections, arrivalsMs, endMs, times } = planRun(given);
        expect(Math.max(...webhooks.map(({ at }) => at))).to.be.at.most(arrivalsMs);
        expect(arrivalsMs + settlingMs(times)).to.be.at.most(endMs);
        for (const { at, forMs } of injections) expect(at + forMs).to.be.below(endMs);
      }),
      { numRuns: 20 },
    );
  });

  it('has every fault in a long run', () => {
    const links = ['caller', 'ledger', 'omneo'].flatMap((link) =>
      ['cut', 'reset', 'stall', 'stallDown', 'slow'].map((fault) => `${link} link ${fault}`),
    );
    const omneo = ['throttle', 'errors', 'ambiguous', 'refusals', 'late', 'late profiles'].map(
      (fault) => `Omneo ${fault}`,
    );
    const ledger = ['ledger freeze', 'ledger kill', 'ledger restart', 'ledger sever'];
    const always = ['kill', 'pause', 'roll', ...ledger, ...links, ...omneo];
    const durably = ['Omneo rate limit', 'tenant suspended', 'late profile'];
    expect(namesIn(big)).to.have.members(always);
    expect(namesIn(durable)).to.have.members([...always, ...durably]);
  });

  it('has webhooks with flaws, and for profiles that come late, only where delivery is durable', () => {
    const { length } = durable.webhooks;
    const flawed = durable.webhooks.filter(({ flaw }) => flaw !== undefined);
    const late = durable.webhooks.filter(isLate);
    expect(length).to.equal(big.webhooks.length);
    expect(flawed.length / length).to.be.within(0.02, 0.04);
    expect(late.length / length).to.be.within(0.015, 0.045);
    expect(new Set(flawed.map(({ flaw }) => flaw))).to.have.property('size', 3);
    expect(big.webhooks.filter((webhook) => webhook.flaw !== undefined || isLate(webhook))).to.deep.equal([]);
  });

  it('lets every profile that comes late come while webhooks for it arrive', () => {
    const added = durable.injections.filter(({ what }) => what.kind === 'profile');
    expect(new Set(durable.webhooks.filter(isLate).map(({ person }) => person.profileId)).size).to.equal(
      added.length,
    );
    for (const { at } of added) expect(at).to.be.within(1, durable.arrivalsMs - 1);
  });

  it('has no webhook wait for a profile that never comes', () => {
    const waiting = durable.webhooks.filter(
      ({ tenant, flaw }) => patient.has(tenant) && flaw === 'unknown profile',
    );
    expect(waiting).to.deep.equal([]);
  });

  it('leaves equal webhooks without a flaw', () => {
    const twins = durable.webhooks.filter(({ twinOf }) => twinOf !== undefined);
    const pairs = twins.flatMap((twin) => [twin, durable.webhooks[twin.twinOf!]!]);
    expect(pairs.filter(({ flaw }) => flaw !== undefined)).to.deep.equal([]);
  });

  it('pauses replicas for longer than a lease, and for less', () => {
    const pauses = big.injections.filter(({ what }) => what.kind === 'pause').map(({ forMs }) => forMs);
    expect(pauses.some((ms) => ms > usualTimes.lease)).to.equal(true);
    expect(pauses.some((ms) => ms < usualTimes.lease)).to.equal(true);
  });

  it('stalls Omneo for less than the settle window, the lag of its look-up included', () => {
    const stalls = big.injections.filter(({ what }) => what.kind === 'link' && what.link === 'omneo');
    const longest = Math.max(...stalls.map(({ forMs }) => forMs));
    expect(longest + usualTimes.lookupLag).to.be.below(usualTimes.settleWindow - 2_000);
  });

  it('keeps equal webhooks further apart than any retry is from the attempt before it', () => {
    const { repeatWindow, callerTimeout, apart } = usualTimes;
    expect(spacing(retries, () => 1) + callerTimeout).to.be.below(repeatWindow);
    const pauses = big.injections.filter(({ what }) => what.kind === 'pause').map(({ forMs }) => forMs);
    const freezes = big.injections
      .filter(({ what }) => what.kind === 'ledger freeze')
      .map(({ forMs }) => forMs);
    // A copy that lay in a paused replica is answered in vain, which a frozen ledger hears last.
    const latest = Math.max(...pauses) + Math.max(...freezes) + ledgerAnswerMs;
    expect(repeatWindow + latest).to.be.below(apart - 4_000);
  });

  it('spaces retries as Klaviyo does: 17, each later than the one before', () => {
    const pauses = Array.from({ length: retries }, (_, retry) => spacing(retry + 1, () => 0.5));
    expect(pauses).to.have.length(17);
    expect(pauses).to.deep.equal([...pauses].sort((a, b) => a - b));
  });
});
