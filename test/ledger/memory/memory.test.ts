import { expect } from 'chai';
import { MemoryLedger } from '../../../src/ledger/memory/memory.ts';
import { HandClock } from '../clock.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { budgetContract, reservationOf } from '../budgetcontract.ts';
import {
  type LedgerUnderTest,
  claimOf,
  unconfirmed,
  entryOf,
  ledgerContract,
  receipt,
  times,
} from '../contract.ts';

type Made = LedgerUnderTest & Readonly<{ ledger: MemoryLedger }>;

function makeLedger({ maxEntries = 1000 }: { maxEntries?: number } = {}): Made {
  const clock = new HandClock(1_000_000);
  const advance = (ms: number): Promise<void> => {
    clock.advance(ms);
    return Promise.resolve();
  };
  const ledger = new MemoryLedger({ clock, times, maxEntries });
  return { ledger, advance, now: clock.monotonic, driftMs: 0 };
}

ledgerContract('the memory ledger', (options) => Promise.resolve(makeLedger(options)));
budgetContract('the memory ledger', (options) => Promise.resolve(makeLedger(options)));

describe('the bounds of the memory ledger', () => {
  const issue = async ({ ledger }: Made, key: string): Promise<void> => {
    await ledger.settle(claimOf(await ledger.claim(entryOf(key))), receipt);
  };

  it('make room by forgetting the entry that was settled first', async () => {
    const made = makeLedger({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c', 'd']) await issue(made, key);
    expect(made.ledger.size).to.equal(3);
    for (const key of ['b', 'c', 'd'])
      expect((await made.ledger.claim(entryOf(key))).result).to.equal('issued');
    expect((await made.ledger.claim(entryOf('a'))).result).to.equal('won');
  });

  it('go by when an entry was settled, not by when it was claimed', async () => {
    const made = makeLedger({ maxEntries: 2 });
    const early = claimOf(await made.ledger.claim(entryOf('early')));
    await issue(made, 'late');
    await made.ledger.settle(early, receipt);
    await issue(made, 'new');
    expect((await made.ledger.claim(entryOf('early'))).result).to.equal('issued');
    expect((await made.ledger.claim(entryOf('late'))).result).to.equal('won');
  });

  const reserve = async ({ ledger }: Made, key: string, ...budgets: readonly string[]): Promise<unknown> => {
    const [tenant = ''] = budgets[0]!.split('/');
    const claim = claimOf(await ledger.claim(entryOf(key, { tenant })));
    const limits = Object.fromEntries(budgets.map((budget) => [budget, {}]));
    const answer = await ledger.reserve(claim, reservationOf(100, limits)).catch((error: unknown) => error);
    await ledger.settle(claim, receipt);
    return answer;
  };
  const reserved = { result: 'reserved' };

  it('never forget a budget of today: what would need one more is refused, and charges nothing', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await reserve(made, 'a', 'acme/day', 'acme/ada');
    await made.advance(29 * 3_600_000);
    expect(await reserve(made, 'b', 'acme/day', 'acme/grace')).to.be.instanceOf(LedgerUnavailable);
    expect(await reserve(made, 'c', 'acme/day', 'acme/ada')).to.deep.equal(reserved);
    expect(await made.ledger.spent(['acme/day', 'acme/ada', 'acme/grace'])).to.deep.equal([
      { budget: 'acme/day', rewards: 2, cents: 200 },
      { budget: 'acme/ada', rewards: 2, cents: 200 },
    ]);
  });

  it('make room for a fact by forgetting the one that was used longest ago', async () => {
    const { ledger } = makeLedger();
    for (let fact = 0; fact < 10_000; fact++) await ledger.recordMax(`fact ${fact}`, 7);
    await ledger.readMax('fact 0');
    await ledger.recordMax('one more', 7);
    const known = await Promise.all(
      ['fact 0', 'fact 1', 'fact 2', 'one more'].map((name) => ledger.readMax(name)),
    );
    expect(known).to.deep.equal([7, 0, 7, 7]);
  });

  it('make room for a budget by forgetting those of days that are over', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await reserve(made, 'a', 'acme/day', 'acme/ada');
    await made.advance(30 * 3_600_000);
    expect(await reserve(made, 'b', 'acme/next', 'acme/grace')).to.deep.equal(reserved);
    expect(await made.ledger.spent(['acme/day', 'acme/ada'])).to.deep.equal([]);
  });

  it('leave room for the budgets of other tenants, however many one has', async () => {
    const made = makeLedger({ maxEntries: 100 });
    for (const tenant of ['acme', 'globex', 'initech'])
      for (let n = 0; n < 100; n += 1) await reserve(made, `${tenant}-${n}`, `${tenant}/${n}`);
    expect(await reserve(made, 'full', 'acme/another')).to.be.instanceOf(LedgerUnavailable);
    expect(await reserve(made, 'new', 'umbrella/day', 'umbrella/ada')).to.deep.equal(reserved);
  });

  it('forget a budget that gets all back that was charged to it', async () => {
    const made = makeLedger({ maxEntries: 2 });
    for (let n = 0; n < 10; n += 1) {
      const claim = claimOf(await made.ledger.claim(entryOf('a', { tenant: 'acme' })));
      const reservation = reservationOf(100, { 'acme/day': {}, [`acme/${n}`]: {} });
      expect(await made.ledger.reserve(claim, reservation)).to.deep.equal(reserved);
      await made.ledger.release(claim);
    }
  });

  it('never forget what is under way or unconfirmed: then a new claim is told full', async () => {
    const { ledger } = makeLedger({ maxEntries: 2 });
    await ledger.markUnconfirmed(claimOf(await ledger.claim(entryOf('unconfirmed'))), unconfirmed);
    const held = claimOf(await ledger.claim(entryOf('held')));
    expect(await ledger.claim(entryOf('new'))).to.deep.equal({ result: 'full' });
    expect((await ledger.claim(entryOf('held'))).result).to.equal('busy');
    expect((await ledger.claim(entryOf('unconfirmed'))).result).to.equal('unconfirmed');
    await ledger.release(held);
    expect((await ledger.claim(entryOf('new'))).result).to.equal('won');
  });

  it('make room for a new entry only: an entry that is known needs none', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await issue(made, 'a');
    await issue(made, 'b');
    expect((await made.ledger.claim(entryOf('b'))).result).to.equal('issued');
    expect((await made.ledger.claim(entryOf('a'))).result).to.equal('issued');
  });

  it('give back the room of entries that expired', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await made.ledger.claim(entryOf('a'));
    await made.ledger.claim(entryOf('b'));
    await made.advance(times.retentionMs);
    expect((await made.ledger.claim(entryOf('c'))).result).to.equal('won');
    expect(made.ledger.size).to.equal(1);
  });

  it('take the room of what was kept briefly as soon as its time is over, not of what is kept for long', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await issue(made, 'long');
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('brief'))), receipt, 1000);
    await made.advance(1000);
    expect((await made.ledger.claim(entryOf('new'))).result).to.equal('won');
    expect(made.ledger.size).to.equal(2);
    expect((await made.ledger.claim(entryOf('long'))).result).to.equal('issued');
  });

  it('make room by forgetting what is kept for long before what is kept briefly', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('brief'))), receipt, 1000);
    await issue(made, 'long');
    await issue(made, 'new');
    expect((await made.ledger.claim(entryOf('brief'))).result).to.equal('issued');
    expect((await made.ledger.claim(entryOf('long'))).result).to.equal('won');
  });

  it('make room by forgetting what is kept briefly when there is nothing else', async () => {
    const made = makeLedger({ maxEntries: 1 });
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('brief'))), receipt, 1000);
    expect((await made.ledger.claim(entryOf('new'))).result).to.equal('won');
    expect(made.ledger.size).to.equal(1);
  });

  it('count an entry once, however often it is kept anew', async () => {
    const made = makeLedger({ maxEntries: 2 });
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('a'))), receipt, 1000);
    const outcomes = [
      [false, 0],
      [true, 2000],
      [false, 3000],
      [true, 4000],
    ] as const;
    for (const [isSent, keepMs] of outcomes)
      await made.ledger.recordAnswer('acme/id/a', 'a', { isSent, keepMs });
    await made.advance(4000);
    expect((await made.ledger.claim(entryOf('a'))).result).to.equal('won');
    expect(made.ledger.size).to.equal(1);
  });
});

describe('the share of a tenant in the memory ledger', () => {
  const leaveUnknown = async (
    { ledger }: Made,
    tenant: string,
    key: string,
    isFindable = true,
  ): Promise<void> => {
    const claimed = await ledger.claim(entryOf(`${tenant}-${key}`, { tenant }));
    await ledger.markUnconfirmed(claimOf(claimed), { attempt: 'sent', isFindable });
  };
  const open = async ({ ledger }: Made, tenant: string, key: string): Promise<string> =>
    (await ledger.claim(entryOf(`${tenant}-${key}`, { tenant }))).result;

  it('leaves room for the others, however many tenants have nothing but unconfirmed entries', async () => {
    const made = makeLedger({ maxEntries: 100 });
    for (const tenant of ['a', 'b', 'c', 'd']) {
      for (let n = 0; n < 100; n += 1) {
        const claimed = await made.ledger.claim(entryOf(`${tenant}-${n}`, { tenant }));
        if (claimed.result === 'full') break;
        await made.ledger.markUnconfirmed(claimOf(claimed), { attempt: 'sent', isFindable: false });
      }
    }
    expect(await open(made, 'healthy', 'new')).to.equal('won');
  });

  it('is full for the tenant alone', async () => {
    const made = makeLedger({ maxEntries: 10 });
    for (let n = 0; n < 6; n += 1) await leaveUnknown(made, 'a', String(n));
    expect(await open(made, 'a', 'new')).to.equal('full');
    expect(await open(made, 'b', 'new')).to.equal('won');
    expect(await open(made, 'a', '0')).to.equal('unconfirmed');
  });

  it('gets room from those whose settle window is over, the oldest first', async () => {
    const made = makeLedger({ maxEntries: 10 });
    for (let n = 0; n < 6; n += 1) await leaveUnknown(made, 'a', String(n));
    await made.advance(times.settleWindowMs);
    expect(await open(made, 'a', 'new')).to.equal('won');
    expect(await open(made, 'a', '0')).to.equal('won');
    expect(await open(made, 'a', '5')).to.equal('unconfirmed');
  });

  it('gets none from those that no look-up settles', async () => {
    const made = makeLedger({ maxEntries: 10 });
    for (let n = 0; n < 6; n += 1) await leaveUnknown(made, 'a', String(n), false);
    await made.advance(times.settleWindowMs);
    expect(await open(made, 'a', 'new')).to.equal('full');
  });

  it('makes room for another tenant from what is settled when the ledger is full', async () => {
    const made = makeLedger({ maxEntries: 4 });
    for (let n = 0; n < 3; n += 1) await leaveUnknown(made, 'a', String(n));
    await open(made, 'b', 'held');
    expect(await open(made, 'b', 'new')).to.equal('full');
    await made.advance(times.settleWindowMs);
    expect(await open(made, 'b', 'newer')).to.equal('won');
    expect(made.ledger.size).to.equal(4);
  });

  it('is given back by what was issued, released or expired', async () => {
    const made = makeLedger({ maxEntries: 10 });
    for (let n = 0; n < 6; n += 1) await leaveUnknown(made, 'a', String(n));
    await made.ledger.settle(claimOf(await made.ledger.claim(entryOf('a-0', { tenant: 'a' }))), receipt);
    expect(await open(made, 'a', 'new')).to.equal('won');
    await made.advance(times.retentionMs);
    for (let n = 0; n < 6; n += 1) await leaveUnknown(made, 'a', `later-${n}`);
    expect(await open(made, 'a', 'newer')).to.equal('full');
  });
});
