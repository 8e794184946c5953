/** What every ledger does with budgets, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type { Reservation, Reserved } from '../../src/ledger/budgets/budgets.ts';
import type { Claim, Ledger } from '../../src/ledger/ledger.ts';
import {
  type LedgerUnderTest,
  type MakeLedger,
  claimOf,
  entryOf,
  receipt,
  times,
  unconfirmed,
} from './contract.ts';

const tenantDay = 'acme/2026-11-27';
const profileDay = 'acme/2026-11-27/ada';
const nextDay = 'acme/2026-11-28';
const keepMs = 3 * 24 * 3_600_000;

type Limits = Reservation['charges'][number]['limits'];

/** One reward of so many cents, charged to each of these budgets. */
export function reservationOf(cents: number, limits: Readonly<Record<string, Limits>>): Reservation {
  const charges = Object.entries(limits).map(([budget, most]) => ({
    budget,
    rewards: 1,
    cents,
    limits: most,
  }));
  return { charges, keepMs };
}

/** Holds a ledger against the contract of budgets. */
export function budgetContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps budgets`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    const win = async (key: string): Promise<Claim> => claimOf(await ledger.claim(entryOf(key)));
    const reserve = async (key: string, cents: number, limits: Limits = {}): Promise<Reserved> =>
      ledger.reserve(await win(key), reservationOf(cents, { [tenantDay]: limits }));
    const spent = async (...budgets: readonly string[]): Promise<readonly string[]> =>
      (await ledger.spent(budgets.length === 0 ? [tenantDay, profileDay, nextDay] : budgets))
        .toSorted((one, other) => (one.budget < other.budget ? -1 : 1))
        .map(({ budget, rewards, cents }) => `${budget}: ${rewards} for ${cents}`);
    const reserved = { result: 'reserved' };

    beforeEach(async () => {
      made = await makeLedger({ times });
      ledger = made.ledger;
    });
    afterEach(() => ledger.close());

    it('of which nothing is spent at first', async () => {
      expect(await spent()).to.deep.equal([]);
    });

    it('and charges all budgets of a reservation', async () => {
      const claim = await win('a');
      const reservation = reservationOf(250, { [tenantDay]: { rewards: 1, cents: 250 }, [profileDay]: {} });
      expect(await ledger.reserve(claim, reservation)).to.deep.equal(reserved);
      expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 250`, `${profileDay}: 1 for 250`]);
      expect(await ledger.spent([tenantDay])).to.deep.equal([{ budget: tenantDay, rewards: 1, cents: 250 }]);
    });

    it('of which others stay as they are', async () => {
      await reserve('a', 250);
      expect(await spent(nextDay, profileDay)).to.deep.equal([]);
    });

    it('and counts sums of which a double loses no cent', async () => {
      const cents = 100_000_000_000_000 - 1;
      expect(await reserve('a', cents, { cents: cents + 1 })).to.deep.equal(reserved);
      expect(await reserve('b', 1, { cents: cents + 1 })).to.deep.equal(reserved);
      expect(await reserve('c', 1, { cents: cents + 1 })).to.deep.include({ result: 'exceeded' });
      expect(await spent()).to.deep.equal([`${tenantDay}: 2 for ${cents + 1}`]);
    });

    for (const [limits, limit] of [
      [{ rewards: 2 }, 'rewards'],
      [{ cents: 300 }, 'cents'],
      [{ rewards: 2, cents: 300 }, 'rewards'],
      [{ rewards: 3, cents: 201 }, 'cents'],
    ] as const) {
      it(`and charges nothing over ${JSON.stringify(limits)}, and says that there is no room for more ${limit}`, async () => {
        await reserve('a', 100, limits);
        await reserve('b', 100, limits);
        const refused = await reserve('c', 101, limits);
        expect(refused).to.deep.equal({ result: 'exceeded', budget: tenantDay, limit });
        expect(await spent()).to.deep.equal([`${tenantDay}: 2 for 200`]);
      });
    }

    it('and charges none of them if one has no room', async () => {
      const limits = { [tenantDay]: {}, [profileDay]: { rewards: 1 } };
      await ledger.reserve(await win('a'), reservationOf(100, limits));
      const refused = await ledger.reserve(await win('b'), reservationOf(100, limits));
      expect(refused).to.deep.equal({ result: 'exceeded', budget: profileDay, limit: 'rewards' });
      expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`, `${profileDay}: 1 for 100`]);
    });

    it('and leaves no trace of a first charge that is larger than all of the budget', async () => {
      expect(await reserve('a', 101, { cents: 100 })).to.deep.include({ result: 'exceeded', limit: 'cents' });
      expect(await spent()).to.deep.equal([]);
    });

    it('and goes by the limits that a reservation brings, which may be lower than what is spent', async () => {
      await reserve('a', 100);
      await reserve('b', 100);
      expect(await reserve('c', 1, { rewards: 1 })).to.deep.include({ result: 'exceeded' });
      expect(await reserve('d', 1, { rewards: 3 })).to.deep.equal(reserved);
    });

    it('and charges once for one claim, however often it reserves', async () => {
      const claim = await win('a');
      const reservation = reservationOf(100, { [tenantDay]: { rewards: 1 } });
      for (let left = 3; left > 0; left -= 1)
        expect(await ledger.reserve(claim, reservation)).to.deep.equal(reserved);
      expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
    });

    it('and charges nothing for a claim that is somebody else’s by now', async () => {
      const claim = await win('a');
      await made.advance(times.leaseMs);
      await win('a');
      const lost = await ledger.reserve(claim, reservationOf(100, { [tenantDay]: {} }));
      expect([lost, await spent()]).to.deep.equal([{ result: 'lost' }, []]);
    });

    it('and charges nothing for a claim that was given back, or settled', async () => {
      const reservation = reservationOf(100, { [tenantDay]: {} });
      const [released, settled] = [await win('a'), await win('b')];
      await ledger.release(released);
      await ledger.settle(settled, receipt);
      expect(await ledger.reserve(released, reservation)).to.deep.equal({ result: 'lost' });
      expect(await ledger.reserve(settled, reservation)).to.deep.equal({ result: 'lost' });
      expect(await spent()).to.deep.equal([]);
    });

    it('and lets many who reserve at once have what there is, and no more', async () => {
      const claims = await Promise.all(Array.from({ length: 40 }, (_, index) => win(`k-${index}`)));
      const answers = await Promise.all(
        claims.map((claim, index) =>
          ledger.reserve(
            claim,
            reservationOf(10, {
              [tenantDay]: { cents: 155 },
              [`${profileDay}-${index % 3}`]: { rewards: 6 },
            }),
          ),
        ),
      );
      expect(answers.filter(({ result }) => result === 'reserved')).to.have.length(15);
      expect(await spent(tenantDay)).to.deep.equal([`${tenantDay}: 15 for 150`]);
    });

    describe('whose charge', () => {
      const limits = { [tenantDay]: { rewards: 1 } };
      let claim: Claim;

      beforeEach(async () => {
        claim = await win('a');
        await ledger.reserve(claim, reservationOf(100, limits));
      });

      it('is given back by a release', async () => {
        await ledger.release(claim);
        expect(await spent()).to.deep.equal([]);
        expect(await reserve('b', 100, { rewards: 1 })).to.deep.equal(reserved);
      });

      it('is given back once, however often the claim is released', async () => {
        await reserve('b', 50);
        await ledger.release(claim);
        await ledger.release(claim);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 50`]);
      });

      it('stays once the reward exists, and when the entry is forgotten', async () => {
        await ledger.settle(claim, receipt);
        await made.advance(times.retentionMs);
        await ledger.settle(await win('a'), receipt);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('stays after an unknown outcome', async () => {
        await ledger.markUnconfirmed(claim, unconfirmed);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('stays after an unknown outcome while those who come next fail before they reserve', async () => {
        await ledger.markUnconfirmed(claim, unconfirmed);
        await ledger.release(await win('a'));
        await ledger.release(await win('a'));
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('stays when the lease ran out, for whoever comes next and finds the reward', async () => {
        await made.advance(times.leaseMs);
        await ledger.settle(await win('a'), receipt);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('is taken over by whoever comes next and reserves', async () => {
        await made.advance(times.leaseMs);
        const next = await win('a');
        expect(await ledger.reserve(next, reservationOf(100, limits))).to.deep.equal(reserved);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
        await ledger.release(next);
        expect(await spent()).to.deep.equal([]);
      });

      it('moves to the day on which it is reserved anew', async () => {
        await made.advance(times.leaseMs);
        expect(
          await ledger.reserve(await win('a'), reservationOf(100, { [nextDay]: { rewards: 1 } })),
        ).to.deep.equal(reserved);
        expect(await spent()).to.deep.equal([`${nextDay}: 1 for 100`]);
      });

      it('becomes what another webhook under the key asks for', async () => {
        await ledger.markUnconfirmed(claim, unconfirmed);
        const other = claimOf(await ledger.claim(entryOf('a', { fingerprint: 'ada-42-30' })));
        expect(await ledger.reserve(other, reservationOf(300, limits))).to.deep.equal(reserved);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 300`]);
      });

      it('is given back when whoever reserves anew finds no room', async () => {
        await made.advance(times.leaseMs);
        const refused = await ledger.reserve(
          await win('a'),
          reservationOf(100, { [tenantDay]: { cents: 99 } }),
        );
        expect(refused).to.deep.equal({ result: 'exceeded', budget: tenantDay, limit: 'cents' });
        expect(await spent()).to.deep.equal([]);
      });

      it('is not given back by a claim whose lease ran out', async () => {
        await made.advance(times.leaseMs);
        await win('a');
        await ledger.release(claim);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('stays when the entry is forgotten with its outcome unknown, and the webhook comes again', async () => {
        await ledger.markUnconfirmed(claim, unconfirmed);
        await made.advance(times.retentionMs);
        const next = await win('a');
        await ledger.reserve(next, reservationOf(100, { [tenantDay]: {} }));
        expect(await spent()).to.deep.equal([`${tenantDay}: 2 for 200`]);
        await ledger.release(next);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('stays when the entry is forgotten so, and what comes next fails before it reserves', async () => {
        await ledger.markUnconfirmed(claim, unconfirmed);
        await made.advance(times.retentionMs);
        await ledger.release(await win('a'));
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 100`]);
      });

      it('is forgotten when its time is over', async () => {
        await made.advance(keepMs);
        expect(await spent()).to.deep.equal([]);
        expect(await reserve('b', 50, { rewards: 1 })).to.deep.equal(reserved);
        expect(await spent()).to.deep.equal([`${tenantDay}: 1 for 50`]);
      });

      it('is kept from the first one on', async () => {
        await made.advance(keepMs - 1000);
        await reserve('b', 50);
        expect(await spent()).to.deep.equal([`${tenantDay}: 2 for 150`]);
        await made.advance(1000);
        expect(await spent()).to.deep.equal([]);
      });
    });
  });
}
