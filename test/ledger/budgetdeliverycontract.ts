/** What every ledger that keeps deliveries does with their budgets, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type { DeliveryLedger, TakenDelivery } from '../../src/ledger/deliveries/deliveries.ts';
import type { Claim, Entry, Ledger } from '../../src/ledger/ledger.ts';
import { decision } from '../support/deliveries.ts';
import { reservationOf } from './budgetcontract.ts';
import { type LedgerUnderTest, type MakeLedger, claimOf, entryOf, times, unconfirmed } from './contract.ts';
import { deliveryOf } from './deliverycontract.ts';

const budget = 'acme/2026-11-27';
const hourMs = 3_600_000;

/** Holds a ledger against the contract of budgets, as far as it is of deliveries. */
export function budgetDeliveryContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps the budgets of deliveries`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    let deliveries: DeliveryLedger;
    const entry = (id: string): Entry => entryOf(id, { isGenerated: true, delivery: deliveryOf(id) });
    const win = async (id: string): Promise<Claim> => claimOf(await ledger.claim(entry(id)));
    const spent = async (): Promise<number> => (await ledger.spent([budget]))[0]?.cents ?? 0;
    const reserve = async (claim: Claim, most = 1000): Promise<string> =>
      (await ledger.reserve(claim, reservationOf(100, { [budget]: { cents: most } }))).result;
    const take = async (): Promise<readonly TakenDelivery[]> => deliveries.takeDue('acme', 10);
    const takeOne = async (): Promise<Claim> => {
      const [taken] = await take();
      if (taken === undefined) throw new Error('nothing is due');
      return taken.held.claim;
    };
    const hold = async (id: string): Promise<void> => {
      await deliveries.postpone(await win(id), 'held', hourMs);
    };

    beforeEach(async () => {
      made = await makeLedger({ times });
      ledger = made.ledger;
      if (ledger.deliveries === undefined) throw new Error('this ledger keeps no deliveries');
      deliveries = ledger.deliveries;
    });
    afterEach(() => ledger.close());

    const failures: Readonly<Record<string, (claim: Claim) => Promise<unknown>>> = {
      postponed: (claim) => deliveries.postpone(claim, 'throttled', 1000),
      held: (claim) => deliveries.postpone(claim, 'held', 1000),
      released: (claim) => ledger.release(claim),
      parked: (claim) => deliveries.park(claim, { reason: 'rejected', keepMs: hourMs }),
      dropped: (claim) => deliveries.drop(claim),
    };
    for (const [what, fail] of Object.entries(failures)) {
      it(`are given back once by one that is ${what}, however often that is said`, async () => {
        await reserve(await win('other'));
        const claim = await win('d-1');
        await reserve(claim);
        expect(await spent()).to.equal(200);
        await fail(claim);
        await fail(claim);
        expect(await spent()).to.equal(100);
      });

      it(`stay as they are when one is ${what} of which an earlier create may have come to something`, async () => {
        await reserve(await win('d-1'));
        await made.advance(times.leaseMs);
        await fail(await takeOne());
        expect(await spent()).to.equal(100);
      });

      it(`stay as they are when one is ${what} by a claim that is lost`, async () => {
        const claim = await win('d-1');
        await reserve(claim);
        await made.advance(times.leaseMs);
        await reserve(await takeOne());
        await fail(claim);
        expect(await spent()).to.equal(100);
      });
    }

    it('stay charged by one that is parked with a create of unknown outcome, and when it is discarded', async () => {
      const claim = await win('d-1');
      await reserve(claim);
      await deliveries.park(claim, { reason: 'rejected', keepMs: hourMs, attempt: 'sent' });
      expect(await spent()).to.equal(100);
      await deliveries.admin.discardOne('d-1', decision);
      expect(await spent()).to.equal(100);
    });

    it('stay charged by one that was parked so, until it is replayed and reserves anew', async () => {
      const first = await win('d-1');
      await reserve(first);
      await deliveries.park(first, { reason: 'rejected', keepMs: hourMs, attempt: 'sent' });
      await deliveries.admin.replayOne('d-1', decision);
      const claim = await takeOne();
      expect([await reserve(claim, 100), await spent()]).to.deep.equal(['reserved', 100]);
      await deliveries.postpone(claim, 'throttled', 0);
      expect(await spent()).to.equal(0);
    });

    it('stay charged by one that is given up after its lease ran out', async () => {
      await reserve(await win('d-1'));
      await made.advance(times.leaseMs);
      expect(
        await deliveries.giveUp('acme', { acceptedBefore: Number.MAX_SAFE_INTEGER, keepMs: hourMs }),
      ).to.equal(1);
      expect(await spent()).to.equal(100);
    });

    it('stay charged by one that is unconfirmed, until it is taken and reserves anew', async () => {
      const claim = await win('d-1');
      await reserve(claim);
      await ledger.markUnconfirmed(claim, unconfirmed);
      await made.advance(times.settleWindowMs);
      const taken = await takeOne();
      expect(await reserve(taken, 100)).to.equal('reserved');
      await deliveries.park(taken, { reason: 'rejected', keepMs: hourMs });
      expect(await spent()).to.equal(0);
    });

    it('stay charged by one that leaves its key to an equal webhook', async () => {
      const delivery = deliveryOf('d-1', { separateInMs: 1000 });
      await reserve(claimOf(await ledger.claim({ ...entry('d-1'), delivery })));
      await made.advance(times.leaseMs);
      const equal = claimOf(await ledger.claim({ ...entry('d-1'), delivery: deliveryOf('d-2') }));
      expect([await reserve(equal), await spent()]).to.deep.equal(['reserved', 200]);
      const taken = await takeOne();
      expect([await reserve(taken), await spent()]).to.deep.equal(['reserved', 200]);
      await deliveries.postpone(taken, 'throttled', 0);
      expect(await spent()).to.equal(100);
    });

    it('count what was never held as tried since it came', async () => {
      await deliveries.postpone(await win('d-1'), 'unavailable', hourMs);
      await made.advance(hourMs);
      const [taken] = await take();
      expect(taken!.triedSince).to.equal(taken!.since);
    });

    describe('what is held', () => {
      it('is counted as that, and is due in so long, to the next whole minute', async () => {
        await hold('d-1');
        expect(await deliveries.counts()).to.have.nested.property('[0].reason', 'held');
        await made.advance(hourMs - 1000);
        expect(await take()).to.deep.equal([]);
        await made.advance(61_000);
        expect(await take()).to.have.length(1);
      });

      it('is taken in the order in which it came, in whatever order it was held', async () => {
        const claims: Claim[] = [];
        for (const id of ['d-1', 'd-2', 'd-3', 'd-4']) {
          claims.push(await win(id));
          await made.advance(10);
        }
        for (const claim of claims.toReversed()) await deliveries.postpone(claim, 'held', hourMs);
        await made.advance(hourMs + 60_000);
        const order: string[] = [];
        for (let left = 4; left > 0; left -= 1) order.push((await deliveries.takeDue('acme', 1))[0]!.id);
        expect(order).to.deep.equal(['d-1', 'd-2', 'd-3', 'd-4']);
      });

      it('is taken in that order too when it is woken', async () => {
        const claims: Claim[] = [];
        for (const id of ['d-1', 'd-2', 'd-3']) {
          claims.push(await win(id));
          await made.advance(10);
        }
        for (const claim of claims.toReversed()) await deliveries.postpone(claim, 'held', hourMs);
        expect(await deliveries.wake('acme', ['held'])).to.equal(3);
        const order: string[] = [];
        for (let left = 3; left > 0; left -= 1) order.push((await deliveries.takeDue('acme', 1))[0]!.id);
        expect(order).to.deep.equal(['d-1', 'd-2', 'd-3']);
      });

      it('counts as tried from the moment on at which it is taken, and is as old as before', async () => {
        await hold('d-1');
        const { since } = (await deliveries.admin.find('d-1'))!.record;
        await made.advance(hourMs + 60_000);
        const [taken] = await take();
        expect(taken!.since).to.be.closeTo(since, 1);
        expect(taken!.triedSince).to.be.closeTo(since + hourMs + 60_000, 1000);
      });

      it('keeps that moment while it waits for anything else', async () => {
        await hold('d-1');
        await made.advance(hourMs + 60_000);
        const [first] = await take();
        await deliveries.postpone(first!.held.claim, 'unavailable', hourMs);
        await made.advance(hourMs);
        const [second] = await take();
        expect(second!.triedSince).to.be.closeTo(first!.triedSince, 1);
      });

      it('counts as tried from the moment on at which a human replays it', async () => {
        await hold('d-1');
        await made.advance(1000);
        await deliveries.admin.replayOne('d-1', decision);
        await made.advance(hourMs);
        const [taken] = await take();
        expect(taken!.triedSince).to.be.closeTo(taken!.since + 1000, 500);
      });

      it('is as old as since then for who gives up what is old', async () => {
        await hold('d-1');
        await made.advance(hourMs + 60_000);
        const [taken] = await take();
        await deliveries.postpone(taken!.held.claim, 'unavailable', 0);
        const { since, triedSince } = taken!;
        const givingUp = { acceptedBefore: (since + triedSince) / 2, keepMs: hourMs };
        expect(await deliveries.giveUp('acme', givingUp)).to.equal(0);
        expect(await deliveries.giveUp('acme', { ...givingUp, acceptedBefore: triedSince + 1 })).to.equal(1);
      });

      it('passes its budgets once a human replays it, and is counted all the same', async () => {
        await hold('d-1');
        expect(await deliveries.admin.replayOne('d-1', decision)).to.equal(true);
        const [taken] = await take();
        expect(taken).to.include({ id: 'd-1', isReleased: true });
        expect([await reserve(taken!.held.claim, 99), await spent()]).to.deep.equal(['reserved', 100]);
      });

      it('passes them also at a later attempt, and what was not replayed does not', async () => {
        await hold('d-1');
        await hold('d-2');
        await deliveries.admin.replayOne('d-1', decision);
        await deliveries.postpone(await takeOne(), 'throttled', 0);
        expect(await reserve(await takeOne(), 99)).to.equal('reserved');
        await made.advance(hourMs + 60_000);
        const other = (await take()).find(({ id }) => id === 'd-2');
        expect(other).to.include({ isReleased: false });
        expect(await reserve(other!.held.claim, 99)).to.equal('exceeded');
      });

      it('says who replayed it and why, and is as old as before', async () => {
        await hold('d-1');
        const before = await deliveries.admin.find('d-1');
        await made.advance(1000);
        await deliveries.admin.replayOne('d-1', decision);
        const { record, events } = (await deliveries.admin.find('d-1'))!;
        expect(record).to.include({
          state: 'waiting',
          reason: 'replayed',
          since: before!.record.since,
          attempts: 1,
        });
        expect(events.map(({ kind }) => kind)).to.deep.equal(['arrived', 'replayed']);
        expect(events[1]).to.include(decision);
      });

      it('passes none with another webhook in its place', async () => {
        await hold('d-1');
        const correction = {
          webhook: Uint8Array.from([1]),
          summary: '{}',
          digests: { id: null, person: null, email: null },
          fingerprint: 'ada-42-9999',
        };
        expect(await deliveries.admin.replayOne('d-1', decision, correction)).to.equal(false);
        await deliveries.admin.replayOne('d-1', decision);
        await deliveries.park(await takeOne(), { reason: 'rejected', keepMs: hourMs });
        expect(await deliveries.admin.replayOne('d-1', decision, correction)).to.equal(true);
        const [taken] = await take();
        expect(taken).to.include({ isReleased: false });
        expect(await reserve(taken!.held.claim, 99)).to.equal('exceeded');
      });

      it('passes none any more once it is discarded, and the webhook comes again', async () => {
        await hold('d-1');
        await deliveries.admin.replayOne('d-1', decision);
        await deliveries.admin.discardOne('d-1', decision);
        expect(await reserve(await win('d-1'), 99)).to.equal('exceeded');
      });

      it('is not replayed while it waits for anything else', async () => {
        await deliveries.postpone(await win('d-1'), 'throttled', hourMs);
        expect(await deliveries.admin.replayOne('d-1', decision)).to.equal(false);
      });
    });
  });
}
