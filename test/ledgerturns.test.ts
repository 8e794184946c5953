import { expect } from 'chai';
import { MemoryLedger } from '../src/ledger/memory/memory.ts';
import { LedgerUnavailable } from '../src/ledger/ledger.ts';
import { ledgerTurns } from '../src/ledgerturns.ts';
import type { WriteTurn, WriteTurns } from '../src/omneo/attributes/turns.ts';
import { WrappedLedger } from './ledger/wrapped.ts';
import { type ManualClock, manualClock } from './omneo/time.ts';
import { tenantOf } from './support/rewards.ts';

const times = { leaseMs: 30_000, settleWindowMs: 120_000, retentionMs: 72 * 3_600_000 };

/** A turn that is there to be had. */
async function turnAt(turns: WriteTurns, what: string): Promise<WriteTurn> {
  const turn = await turns.take(what);
  if ('end' in turn) return turn;
  return expect.fail('somebody else has it');
}

describe('The turns that a ledger gives', () => {
  let clock: ManualClock;
  let ledger: MemoryLedger;
  let turns: WriteTurns;

  beforeEach(() => {
    clock = manualClock();
    ledger = new MemoryLedger({ clock, times, maxEntries: 100 });
    turns = ledgerTurns(ledger, tenantOf('acme'));
  });

  it('are given to one at a time, and to the next when they are given back', async () => {
    const turn = await turnAt(turns, 'a');
    expect(await turns.take('a')).to.deep.equal({ isTaken: true });
    await turn.end('over');
    expect(await turns.take('a')).to.have.property('end');
  });

  it('last as long as a lease', async () => {
    expect((await turnAt(turns, 'a')).until).to.equal(clock.monotonic() + times.leaseMs);
  });

  it('are given to one of many who ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => turns.take('a')));
    expect(asked.filter((turn) => 'end' in turn)).to.have.length(1);
  });

  it('are of each thing by itself', async () => {
    await turnAt(turns, 'a');
    await turnAt(turns, 'b');
  });

  it('are shared by two slugs of one Omneo, and not by two Omneos', async () => {
    await turnAt(turns, 'a');
    const { omneo } = tenantOf('acme');
    expect(await ledgerTurns(ledger, { slug: 'other', omneo }).take('a')).to.deep.equal({ isTaken: true });
    const elsewhere = { ...omneo, baseURL: 'https://elsewhere.example/api/v3' };
    await turnAt(ledgerTurns(ledger, { slug: 'acme', omneo: elsewhere }), 'a');
  });

  it('are nobody’s for a settle window after what was sent may still arrive', async () => {
    await (await turnAt(turns, 'a')).end('unknown');
    clock.advance(times.settleWindowMs - 1);
    expect(await turns.take('a')).to.deep.equal({ isTaken: false, freeInMs: 1 });
    expect(await turns.take('a')).to.deep.equal({ isTaken: false, freeInMs: 1 });
    clock.advance(1);
    const turn = await turnAt(turns, 'a');
    expect(await turns.take('a')).to.deep.equal({ isTaken: true });
    await turn.end('over');
    await turnAt(turns, 'a');
  });

  it('are nobody’s for a settle window after the lease of who was gone with them', async () => {
    await turnAt(turns, 'a');
    clock.advance(times.leaseMs);
    expect(await turns.take('a')).to.deep.equal({ isTaken: false, freeInMs: times.settleWindowMs });
    clock.advance(times.settleWindowMs);
    await turnAt(turns, 'a');
  });

  it('are not given back by who has lost them', async () => {
    const lost = await turnAt(turns, 'a');
    clock.advance(times.leaseMs + times.settleWindowMs);
    await turnAt(turns, 'a');
    await lost.end('over');
    expect(await turns.take('a')).to.deep.equal({ isTaken: true });
  });

  it('remember the newest that was recorded, by everybody', async () => {
    expect(await turns.newest('a')).to.equal(0);
    await turns.record('a', 20);
    await ledgerTurns(ledger, tenantOf('acme')).record('a', 10);
    expect(await turns.newest('a')).to.equal(20);
    expect(await turns.newest('b')).to.equal(0);
  });

  it('go by names that hold nothing of what they are of', async () => {
    const names: string[] = [];
    const watched = Object.assign(new WrappedLedger(ledger), {
      claim: (...[entry]: Parameters<MemoryLedger['claim']>) => {
        names.push(JSON.stringify(entry));
        return ledger.claim(entry);
      },
      recordMax: (...[name, value]: Parameters<MemoryLedger['recordMax']>) => {
        names.push(name);
        return ledger.recordMax(name, value);
      },
    });
    const watchedTurns = ledgerTurns(watched, tenantOf('acme'));
    await watchedTurns.take('Zq7mark');
    await watchedTurns.record('Zq7mark', 1);
    expect(names).to.have.length(2);
    for (const name of names) expect(name).not.to.contain('Zq7mark');
  });

  it('cannot be had from a ledger that is away, and end without it', async () => {
    const turn = await turnAt(turns, 'a');
    const away = Object.assign(new WrappedLedger(ledger), {
      claim: () => Promise.reject(new LedgerUnavailable('away')),
      release: () => Promise.reject(new LedgerUnavailable('away')),
    });
    const awayTurns = ledgerTurns(away, tenantOf('acme'));
    expect(await awayTurns.take('b').catch((error: unknown) => error)).to.be.instanceOf(LedgerUnavailable);
    await turn.end('over');
    away.claim = ledger.claim.bind(ledger) as never;
    await (await turnAt(awayTurns, 'b')).end('over');
    expect(await turns.take('b')).to.deep.equal({ isTaken: true });
  });
});
