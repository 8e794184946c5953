import { expect } from 'chai';
import { Suspensions } from '../../../src/delivery/limits/suspensions.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../../src/ledger/memory/memory.ts';
import { HandClock } from '../../ledger/clock.ts';
import { times } from '../../ledger/contract.ts';

const minute = 60_000;

describe('When a tenant was last seen suspended', () => {
  let clock: HandClock;
  let ledger: MemoryLedger;

  beforeEach(() => {
    clock = new HandClock(1_000_000);
    ledger = new MemoryLedger({ clock, times, maxEntries: 100 });
  });

  it('is known for each tenant by itself', async () => {
    const suspensions = new Suspensions({ ledger, clock });
    await suspensions.seen('acme');
    expect(await suspensions.lastSeen('acme')).to.equal(1_000_000);
    expect(await suspensions.lastSeen('bloom')).to.equal(0);
  });

  it('is known to every gateway on the ledger', async () => {
    await new Suspensions({ ledger, clock }).seen('acme');
    expect(await new Suspensions({ ledger, clock }).lastSeen('acme')).to.equal(1_000_000);
  });

  it('is recorded once a minute, however often it is seen', async () => {
    const suspensions = new Suspensions({ ledger, clock });
    await suspensions.seen('acme');
    clock.advance(minute - 1);
    await suspensions.seen('acme');
    expect(await suspensions.lastSeen('acme')).to.equal(1_000_000);
    clock.advance(1);
    await suspensions.seen('acme');
    expect(await suspensions.lastSeen('acme')).to.equal(1_000_000 + minute);
  });

  it('is recorded at the next sight if the ledger was away', async () => {
    let isAway = true;
    const suspensions = new Suspensions({
      ledger: {
        readMax: ledger.readMax.bind(ledger),
        recordMax: (name, value) =>
          isAway ? Promise.reject(new LedgerUnavailable('away')) : ledger.recordMax(name, value),
      },
      clock,
    });
    const error: unknown = await suspensions.seen('acme').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LedgerUnavailable);
    isAway = false;
    await suspensions.seen('acme');
    expect(await suspensions.lastSeen('acme')).to.equal(1_000_000);
  });
});
