/** What every ledger that keeps deliveries does, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type {
  DeliveryLedger,
  NewDelivery,
  NewParked,
  TakenDelivery,
} from '../../src/ledger/deliveries/deliveries.ts';
import type { Claim, ClaimResult, Entry, Ledger } from '../../src/ledger/ledger.ts';
import {
  type LedgerUnderTest,
  type MakeLedger,
  claimOf,
  entryOf,
  receipt,
  times,
  unconfirmed,
} from './contract.ts';
import { decision } from '../support/deliveries.ts';

const keepMs = 2 * times.retentionMs;
const noDigests = { id: null, person: null, email: null };

/** A delivery as a webhook brings it. */
export function deliveryOf(id: string, changes: Partial<NewDelivery> = {}): NewDelivery {
  const webhook = Uint8Array.from([0, 255, 1, 254]);
  return { id, action: 'rewards', webhook, summary: '{"amount":10}', digests: noDigests, ...changes };
}

/** Holds a ledger against the contract of deliveries. */
export function deliveryContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps deliveries`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    let deliveries: DeliveryLedger;
    const entry: Entry = entryOf('order-1', { isGenerated: true, delivery: deliveryOf('d-1') });
    const copy: Entry = { ...entry, externalId: 'copy', delivery: deliveryOf('d-copy') };
    const other: Entry = { ...copy, fingerprint: 'grace-42-10' };
    const accepted = { deliveryId: 'd-1', externalId: entry.externalId };

    const win = async (what: Entry = entry): Promise<Claim> => {
      const result = await ledger.claim(what);
      expect(result.result).to.equal('won');
      return claimOf(result);
    };
    const claimedAtOf = (result: ClaimResult): number => {
      if (!('claimedAt' in result)) throw new Error(result.result);
      return result.claimedAt;
    };
    const takeOne = async (): Promise<TakenDelivery> => {
      const taken = await deliveries.takeDue('acme', 10);
      expect(taken).to.have.length(1);
      return taken[0]!;
    };
    const dueInMs = async (): Promise<number | undefined> => {
      const due = await deliveries.dueTenants();
      return due.find(({ tenant }) => tenant === 'acme')?.dueInMs;
    };
    const counts = async (): Promise<readonly string[]> =>
      (await deliveries.counts())
        .map(({ tenant, state, reason, count }) => `${tenant} ${state} ${reason} ${count}`)
        .sort();

    beforeEach(async () => {
      made = await makeLedger({ times });
      ledger = made.ledger;
      if (ledger.deliveries === undefined) throw new Error('this ledger keeps no deliveries');
      deliveries = ledger.deliveries;
    });
    afterEach(() => ledger.close());

    describe('a claim that brings its webhook', () => {
      it('is taken with what of that may be read in clear', async () => {
        await deliveries.postpone(await win(), 'throttled', 0);
        const { summary } = await takeOne();
        expect(JSON.parse(summary)).to.include({ amount: 10 });
      });

      it('is of the delivery that was stored with it', async () => {
        expect(await win()).to.include({ deliveryId: 'd-1', externalId: entry.externalId });
      });

      it('is busy for a copy while it is held, which learns of the delivery', async () => {
        await win();
        expect(await ledger.claim(copy)).to.deep.equal({ result: 'busy', accepted });
        expect(await ledger.claim(other)).to.deep.equal({ result: 'busy' });
      });

      it('is accepted once nobody holds it, for a copy that brings its webhook or none', async () => {
        await deliveries.postpone(await win(), 'throttled', 5000);
        expect(await ledger.claim(copy)).to.deep.equal({ result: 'accepted', accepted });
        const { delivery, ...bare } = copy;
        expect(await ledger.claim(bare)).to.deep.equal({ result: 'accepted', accepted });
      });

      it('is accepted, and not taken over, when its lease ran out: that is for a courier', async () => {
        await win();
        await made.advance(times.leaseMs);
        expect(await ledger.claim(copy)).to.deep.equal({ result: 'accepted', accepted });
      });

      it('is a mismatch for something else: what is stored is delivered', async () => {
        await deliveries.postpone(await win(), 'throttled', 5000);
        expect(await ledger.claim(other)).to.deep.equal({ result: 'mismatch' });
      });

      it('is won by whatever comes while it is parked, under the id that it had', async () => {
        await deliveries.park(await win(), { reason: 'rejected', keepMs });
        const claim = await win({ ...other, delivery: deliveryOf('d-2', { webhook: Uint8Array.of(7) }) });
        expect(claim.deliveryId).to.equal('d-1');
        await deliveries.postpone(claim, 'unavailable', 0);
        expect(await takeOne()).to.deep.include({ fingerprint: 'grace-42-10', webhook: Uint8Array.of(7) });
      });

      for (const end of ['parked', 'discarded'])
        it(`keeps the external_id of its first claim when an equal webhook comes while it is ${end}`, async () => {
          await deliveries.park(await win(), { reason: 'rejected', keepMs });
          if (end === 'discarded') await deliveries.admin.discardOne('d-1', decision);
          const claim = await win(copy);
          expect(claim.externalId).to.equal(entry.externalId);
          await ledger.markUnconfirmed(claim, unconfirmed);
          await made.advance(times.settleWindowMs);
          expect((await takeOne()).externalId).to.equal(entry.externalId);
        });

      it('knows when it was first made, when a courier takes it and when an equal webhook comes while it is parked', async () => {
        const first = await ledger.claim(entry);
        await deliveries.postpone(claimOf(first), 'throttled', 5000);
        await made.advance(5000);
        const taken = await takeOne();
        await deliveries.park(taken.held.claim, { reason: 'rejected', keepMs });
        await made.advance(5000);
        for (const later of [taken.held, await ledger.claim(copy)]) {
          expect(later.result).to.equal('won');
          expect(claimedAtOf(later) - claimedAtOf(first)).to.be.within(-1 - made.driftMs, made.driftMs);
        }
      });

      it('is seen without a claim, by what has become of it', async () => {
        const seen = async () => (await ledger.peek(entry.key)).state;
        await deliveries.postpone(await win(), 'throttled', 5000);
        expect(await seen()).to.equal('open');
        await made.advance(5000);
        await deliveries.park((await takeOne()).held.claim, { reason: 'rejected', keepMs });
        expect(await seen()).to.equal('parked');
        await deliveries.admin.replayOne('d-1', decision);
        expect(await seen()).to.equal('open');
        await deliveries.park((await takeOne()).held.claim, { reason: 'rejected', keepMs });
        await deliveries.admin.discardOne('d-1', decision);
        expect(await seen()).to.equal('discarded');
        await ledger.settle(await win(), receipt);
        expect(await ledger.peek(entry.key)).to.deep.equal({ state: 'issued', receipt });
      });

      it('is first made anew when another webhook comes while it is parked', async () => {
        const first = await ledger.claim(entry);
        await deliveries.park(claimOf(first), { reason: 'rejected', keepMs });
        await made.advance(5000);
        const later = await ledger.claim({ ...other, delivery: deliveryOf('d-2') });
        const apart = claimedAtOf(later) - claimedAtOf(first);
        expect(apart).to.be.within(5000 - 1 - made.driftMs, 5000 + made.driftMs);
      });

      it('is unconfirmed while it is parked after a create of unknown outcome', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await made.advance(times.settleWindowMs);
        await deliveries.park((await takeOne()).held.claim, { reason: 'gave_up', keepMs });
        expect((await ledger.claim(copy)).result).to.equal('unconfirmed');
      });

      it('is issued once the reward exists', async () => {
        await ledger.settle(await win(), receipt);
        const { externalId } = entry;
        expect(await ledger.claim(copy)).to.deep.equal({ result: 'issued', receipt, externalId });
        expect(await deliveries.dueTenants()).to.deep.equal([]);
      });

      it('stores the webhook of an unconfirmed entry that had none', async () => {
        const { delivery, ...bare } = entry;
        await ledger.markUnconfirmed(await win(bare), unconfirmed);
        const again = claimOf(await ledger.claim(entry));
        expect(again.deliveryId).to.equal('d-1');
        await deliveries.postpone(again, 'unconfirmed', 0);
        expect((await takeOne()).held.result).to.equal('unconfirmed');
      });
    });

    describe('takeDue', () => {
      it('takes what is due, with all that was stored, under a lease', async () => {
        await deliveries.postpone(await win(), 'throttled', 0);
        const asked = made.now();
        const { held, ...taken } = await takeOne();
        expect(taken).to.deep.include({
          ...{ id: 'd-1', tenant: 'acme', action: 'rewards', fingerprint: entry.fingerprint, attempts: 2 },
          externalId: entry.externalId,
        });
        expect([...taken.webhook]).to.deep.equal([0, 255, 1, 254]);
        expect(held.result).to.equal('won');
        expect(held.claim).to.include({ key: entry.key, deliveryId: 'd-1', externalId: entry.externalId });
        expect(held.claim.leasedUntil).to.be.within(
          asked + 0.99 * times.leaseMs,
          asked + times.leaseMs + made.driftMs,
        );
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
      });

      it('counts the leases that ran out one after the other before their holders had recorded the end', async () => {
        await win();
        for (const lapses of [1, 2, 3, 4]) {
          await made.advance(2 * times.leaseMs);
          expect(await takeOne()).to.include({ lapses, attempts: lapses + 1 });
        }
      });

      for (const [recorded, record] of [
        ['postponed', (claim: Claim) => deliveries.postpone(claim, 'unavailable', 0)],
        ['released', (claim: Claim) => ledger.release(claim)],
        ['of unknown outcome', (claim: Claim) => ledger.markUnconfirmed(claim, unconfirmed)],
      ] as const)
        it(`begins to count them anew after an attempt that is recorded as ${recorded}`, async () => {
          await win();
          await made.advance(2 * times.leaseMs);
          await record((await takeOne()).held.claim);
          await made.advance(times.settleWindowMs);
          expect(await takeOne()).to.include({ lapses: 0, attempts: 3 });
        });

      for (const reason of ['throttled', 'suspended', 'unconfirmed'] as const)
        it(`goes on counting them when nothing was done but to wait: ${reason}`, async () => {
          await win();
          for (const lapses of [1, 2, 3]) {
            await made.advance(2 * times.leaseMs);
            const { held } = await takeOne();
            await deliveries.postpone(held.claim, reason, 0);
            expect(await takeOne()).to.include({ lapses });
          }
        });

      it('begins to count them anew after a parking', async () => {
        await win();
        await made.advance(2 * times.leaseMs);
        const { held } = await takeOne();
        await deliveries.park(held.claim, { reason: 'gave_up', keepMs });
        expect((await ledger.claim(entry)).result).to.equal('unconfirmed');
        await made.advance(2 * times.leaseMs);
        expect(await takeOne()).to.include({ lapses: 1 });
      });

      it('gives no external_id that the webhook brings itself', async () => {
        const { isGenerated, ...own } = entry;
        await deliveries.postpone(await win(own), 'throttled', 0);
        expect((await takeOne()).externalId).to.equal(null);
      });

      it('takes nothing before it is due, and nothing of another tenant', async () => {
        await deliveries.postpone(await win(), 'throttled', 5000);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
        await made.advance(5000);
        expect(await deliveries.takeDue('beta', 10)).to.deep.equal([]);
        await takeOne();
      });

      it('takes as many as it is asked for at most, what is due for longest first', async () => {
        for (const [key, due] of [
          ['c', 30_000],
          ['a', 10_000],
          ['b', 20_000],
        ] as const) {
          const one = { ...entryOf(key), delivery: deliveryOf(`d-${key}`) };
          await deliveries.postpone(await win(one), 'throttled', due);
        }
        await made.advance(30_000);
        const ids = async () => (await deliveries.takeDue('acme', 2)).map(({ id }) => id).sort();
        expect(await ids()).to.deep.equal(['d-a', 'd-b']);
        expect(await ids()).to.deep.equal(['d-c']);
      });

      it('takes what its holder has let run out, as an outcome that is unknown', async () => {
        const old = await win();
        await made.advance(times.leaseMs);
        const { held } = await takeOne();
        if (held.result !== 'unconfirmed') throw new Error(held.result);
        expect(held.attempt).to.equal('unknown');
        expect(held.missConclusiveIn).to.be.within(times.settleWindowMs - made.driftMs, times.settleWindowMs);
        expect(await ledger.settle(old, receipt)).to.equal(false);
        expect(await deliveries.postpone(old, 'unavailable', 0)).to.equal(false);
        expect(await deliveries.park(old, { reason: 'gave_up', keepMs })).to.equal(false);
      });

      it('gives each delivery to one of many who ask at once', async () => {
        for (let n = 0; n < 20; n++) {
          const one = { ...entryOf(`k${n}`), delivery: deliveryOf(`d-${n}`) };
          await deliveries.postpone(await win(one), 'throttled', 0);
        }
        const taken = await Promise.all(Array.from({ length: 8 }, () => deliveries.takeDue('acme', 5)));
        const ids = taken.flat().map(({ id }) => id);
        expect(new Set(ids).size).to.equal(ids.length);
        ids.push(...(await deliveries.takeDue('acme', 20)).map(({ id }) => id));
        expect(new Set(ids).size).to.equal(20);
      });

      it('takes no entry whose webhook is not stored', async () => {
        const { delivery, ...bare } = entry;
        await ledger.markUnconfirmed(await win(bare), unconfirmed);
        await made.advance(times.settleWindowMs);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
        expect(await deliveries.dueTenants()).to.deep.equal([]);
      });

      it('lets the reward be settled, after which nothing is left to take', async () => {
        await deliveries.postpone(await win(), 'throttled', 0);
        expect(await ledger.settle((await takeOne()).held.claim, receipt)).to.equal(true);
        await made.advance(times.leaseMs);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
        expect((await ledger.claim(copy)).result).to.equal('issued');
      });

      it('is renewed like any claim, and is not due meanwhile', async () => {
        await deliveries.postpone(await win(), 'throttled', 0);
        const { claim } = (await takeOne()).held;
        await made.advance(times.leaseMs / 2);
        expect(await ledger.renew(claim)).to.include({ deliveryId: 'd-1' });
        await made.advance(times.leaseMs / 2 + 1);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
      });
    });

    describe('a create of unknown outcome', () => {
      it('is looked up by a courier when the settle window has passed', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        expect(await counts()).to.deep.equal(['acme waiting unconfirmed 1']);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
        await made.advance(times.settleWindowMs);
        const { held } = await takeOne();
        expect(held).to.include({ result: 'unconfirmed', attempt: 'sent', missConclusiveIn: 0 });
      });

      it('is remembered however often the delivery is postponed', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await made.advance(times.settleWindowMs);
        await deliveries.postpone((await takeOne()).held.claim, 'throttled', 0);
        expect((await takeOne()).held.result).to.equal('unconfirmed');
      });
    });

    describe('what is not done', () => {
      it('is kept far beyond the retention', async () => {
        await deliveries.postpone(await win(), 'unavailable', 5000);
        await made.advance(10 * times.retentionMs);
        await ledger.check();
        expect((await takeOne()).id).to.equal('d-1');
        await ledger.renew((await takeDueAfterLease()).held.claim);
        await made.advance(10 * times.retentionMs);
        expect((await takeOne()).id).to.equal('d-1');
      });

      const takeDueAfterLease = async (): Promise<TakenDelivery> => {
        await made.advance(times.leaseMs);
        return takeOne();
      };

      it('is due again at once when its claim is released', async () => {
        await ledger.release(await win());
        expect(await dueInMs()).to.equal(0);
        expect((await takeOne()).held.result).to.equal('won');
      });

      it('is counted by tenant, state and reason', async () => {
        const one = (key: string, tenant: string): Entry => ({
          ...{ ...entryOf(key), key: `${tenant}/${key}`, tenant },
          delivery: deliveryOf(`${tenant}-${key}`),
        });
        await deliveries.postpone(await win(one('a', 'acme')), 'throttled', 5000);
        await deliveries.postpone(await win(one('b', 'acme')), 'throttled', 9000);
        await deliveries.park(await win(one('c', 'acme')), { reason: 'rejected', keepMs });
        await deliveries.postpone(await win(one('d', 'beta')), 'suspended', 5000);
        await win(one('e', 'beta'));
        expect(await counts()).to.deep.equal([
          'acme parked rejected 1',
          'acme waiting throttled 2',
          'beta waiting suspended 1',
        ]);
      });

      it('is named by tenant, with when the first of it is due', async () => {
        await deliveries.postpone(await win(), 'throttled', 5000);
        await win({ ...entryOf('b'), tenant: 'beta', delivery: deliveryOf('d-b') });
        const due = await deliveries.dueTenants();
        expect(due.map(({ tenant }) => tenant).sort()).to.deep.equal(['acme', 'beta']);
        expect(await dueInMs()).to.be.within(5000 - made.driftMs, 5000);
        await made.advance(6000);
        expect(await dueInMs()).to.equal(0);
      });
    });

    describe('what is parked', () => {
      const parkedNew = (changes: Partial<NewParked> = {}): NewParked => ({
        ...{ key: 'rewards/parked/1', tenant: 'acme', reason: 'invalid_payload' },
        delivery: deliveryOf('p-1'),
        ...changes,
      });

      it('remembers a create of unknown outcome that its last attempt sent', async () => {
        await deliveries.park(await win(), { reason: 'rejected', keepMs, attempt: 'refused' });
        await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000);
        const { held } = await takeOne();
        if (held.result !== 'unconfirmed') throw new Error(held.result);
        expect(held.attempt).to.equal('refused');
        expect(held.missConclusiveIn).to.be.within(times.settleWindowMs - made.driftMs, times.settleWindowMs);
      });

      it('can be dropped by whoever has it, when its webhook goes on as another one', async () => {
        await deliveries.parkNew(parkedNew(), keepMs);
        await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000);
        const { held } = await takeOne();
        expect(await deliveries.drop(held.claim)).to.equal(true);
        expect(await deliveries.drop(held.claim)).to.equal(false);
        expect(await counts()).to.deep.equal([]);
      });

      it('leaves its events to the same delivery under another key, when it is dropped', async () => {
        const { admin } = deliveries;
        const kinds = async (id: string) => (await admin.find(id))?.events.map(({ kind }) => kind);
        await deliveries.parkNew(parkedNew(), keepMs);
        await admin.replayOne('p-1', decision);
        const { held } = await takeOne();
        const note = { result: 'throttled', tookMs: 1 } as const;
        const heir = { ...entryOf('order-2'), delivery: deliveryOf('p-1') };
        await deliveries.postpone(await win(heir), 'throttled', 5000, note);
        expect(await deliveries.drop(held.claim, heir.key)).to.equal(true);
        expect(await kinds('p-1')).to.deep.equal(['arrived', 'replayed', 'attempted']);
        expect((await admin.find('p-1'))?.record).to.include({ state: 'waiting', reason: 'throttled' });
        expect(await deliveries.drop(held.claim, heir.key)).to.equal(false);
        expect(await kinds('p-1')).to.deep.equal(['arrived', 'replayed', 'attempted']);
      });

      it('cannot be discarded while its webhook goes on under another key, which would bring it back', async () => {
        const { admin } = deliveries;
        await deliveries.parkNew(parkedNew(), keepMs);
        await admin.replayOne('p-1', decision);
        const { held } = await takeOne();
        const heir = { ...entryOf('order-2'), delivery: deliveryOf('p-1') };
        await deliveries.park(await win(heir), { reason: 'rejected', keepMs });
        expect(await admin.discardOne('p-1', decision)).to.equal(false);
        expect(await admin.discardAll({ tenants: ['acme'] }, decision, 10)).to.equal(0);
        await deliveries.drop(held.claim, heir.key);
        expect(await admin.discardOne('p-1', decision)).to.equal(true);
      });

      it('leaves nothing of itself to another delivery under that key', async () => {
        const { admin } = deliveries;
        await deliveries.parkNew(parkedNew(), keepMs);
        await admin.replayOne('p-1', decision);
        const { held } = await takeOne();
        await deliveries.postpone(await win(), 'throttled', 5000);
        await deliveries.drop(held.claim, entry.key);
        expect(await admin.find('p-1')).to.equal(undefined);
        expect((await admin.find('d-1'))?.events).to.have.length(1);
      });

      it('is due for nobody', async () => {
        await deliveries.park(await win(), { reason: 'rejected', keepMs });
        await made.advance(times.retentionMs + times.leaseMs);
        expect(await deliveries.dueTenants()).to.deep.equal([]);
        expect(await deliveries.takeDue('acme', 10)).to.deep.equal([]);
      });

      it('is kept for as long as it is asked for, and forgotten then', async () => {
        await deliveries.park(await win(), { reason: 'rejected', keepMs });
        await made.advance(keepMs - 1 - made.driftMs);
        expect(
          await deliveries.admin.replayAll({ tenants: ['acme'], reason: 'gave_up' }, decision, 1000),
        ).to.equal(0);
        await made.advance(1 + made.driftMs);
        expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(0);
        expect(await win(copy)).to.include({ deliveryId: 'd-copy' });
      });

      it('is replayed as a new delivery of the same webhook', async () => {
        await deliveries.park(await win(), { reason: 'rejected', keepMs });
        expect(await deliveries.admin.replayOne('d-1', decision)).to.equal(true);
        expect(await counts()).to.deep.equal(['acme waiting replayed 1']);
        const taken = await takeOne();
        expect(taken).to.include({ id: 'd-1', attempts: 1 });
        expect(taken.held.claim.externalId).to.equal(entry.externalId);
        await ledger.settle(taken.held.claim, receipt);
        expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(0);
      });

      it('is replayed by tenant and reason', async () => {
        for (const [key, reason] of [
          ['a', 'rejected'],
          ['b', 'rejected'],
          ['c', 'gave_up'],
        ] as const)
          await deliveries.park(await win({ ...entryOf(key), delivery: deliveryOf(`d-${key}`) }), {
            reason,
            keepMs,
          });
        expect(await deliveries.admin.replayAll({ tenants: ['beta'] }, decision, 1000)).to.equal(0);
        expect(
          await deliveries.admin.replayAll({ tenants: ['acme'], reason: 'rejected' }, decision, 1000),
        ).to.equal(2);
        expect(await counts()).to.deep.equal(['acme parked gave_up 1', 'acme waiting replayed 2']);
      });

      it('may have been attempted by nobody, and is stored once for equal webhooks', async () => {
        expect(await deliveries.parkNew(parkedNew(), keepMs)).to.equal('p-1');
        expect(await deliveries.parkNew(parkedNew({ delivery: deliveryOf('p-2') }), keepMs)).to.equal('p-1');
        expect(await counts()).to.deep.equal(['acme parked invalid_payload 1']);
        await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000);
        expect(await takeOne()).to.include({ id: 'p-1', attempts: 1 });
      });

      it('is stored anew once the time of an equal one is over', async () => {
        await deliveries.parkNew(parkedNew(), keepMs);
        await made.advance(keepMs + made.driftMs);
        expect(await deliveries.parkNew(parkedNew({ delivery: deliveryOf('p-2') }), keepMs)).to.equal('p-2');
      });
    });

    describe('giveUp', () => {
      const untried = async (acceptedBefore: number): Promise<number> =>
        deliveries.giveUp('acme', { acceptedBefore, keepMs });

      it('parks what is due and that old, and nothing that came later', async () => {
        await deliveries.postpone(await win(), 'suspended', 0);
        const { held, since } = await takeOne();
        await deliveries.postpone(held.claim, 'suspended', 0);
        expect(await untried(since - 1)).to.equal(0);
        expect(await deliveries.giveUp('beta', { acceptedBefore: since, keepMs })).to.equal(0);
        expect(await untried(since)).to.equal(1);
        expect(await counts()).to.deep.equal(['acme parked gave_up 1']);
        expect(await deliveries.dueTenants()).to.deep.equal([]);
        expect(await untried(since)).to.equal(0);
      });

      it('parks nothing that is worked on, or due later', async () => {
        await deliveries.postpone(await win(), 'suspended', 0);
        const { held, since } = await takeOne();
        expect(await untried(since)).to.equal(0);
        await deliveries.postpone(held.claim, 'suspended', 5000);
        expect(await untried(since)).to.equal(0);
      });

      it('remembers of one whose lease ran out that a create may have been under way', async () => {
        await deliveries.postpone(await win(), 'suspended', 0);
        const { since } = await takeOne();
        await made.advance(2 * times.leaseMs);
        expect(await untried(since)).to.equal(1);
        expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(1);
        expect((await takeOne()).held.result).to.equal('unconfirmed');
      });

      it('keeps it for as long as it is asked for', async () => {
        await deliveries.postpone(await win(), 'suspended', 0);
        const { held, since } = await takeOne();
        await deliveries.postpone(held.claim, 'suspended', 0);
        await untried(since);
        await made.advance(keepMs + made.driftMs);
        expect(await deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)).to.equal(0);
      });
    });

    describe('onDue', () => {
      let told: number;
      let ignore: () => void;
      const toldBy = async (change: () => Promise<unknown>): Promise<number> => {
        const before = told;
        await change();
        return told - before;
      };

      beforeEach(() => {
        told = 0;
        ignore = deliveries.onDue(() => {
          told += 1;
        });
      });
      afterEach(() => {
        ignore();
      });

      it('tells of what is postponed to now, and not of what is due later', async () => {
        const claim = await win();
        expect(await toldBy(() => deliveries.postpone(claim, 'throttled', 5000))).to.equal(0);
        const own = await win({ ...entryOf('order-2'), delivery: deliveryOf('d-2') });
        expect(await toldBy(() => deliveries.postpone(own, 'throttled', 0))).to.equal(1);
        expect(await toldBy(() => deliveries.postpone(own, 'throttled', 0))).to.equal(0);
      });

      it('tells of what is released, woken or replayed', async () => {
        const claim = await win();
        expect(await toldBy(() => ledger.release(claim))).to.equal(1);
        await deliveries.postpone((await takeOne()).held.claim, 'throttled', 5000);
        expect(await toldBy(() => deliveries.wake('acme', ['suspended']))).to.equal(0);
        expect(await toldBy(() => deliveries.wake('acme', ['throttled']))).to.equal(1);
        await deliveries.park((await takeOne()).held.claim, { reason: 'rejected', keepMs });
        expect(
          await toldBy(() => deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)),
        ).to.equal(1);
        expect(
          await toldBy(() => deliveries.admin.replayAll({ tenants: ['acme'] }, decision, 1000)),
        ).to.equal(0);
        await deliveries.park((await takeOne()).held.claim, { reason: 'rejected', keepMs });
        expect(await toldBy(() => deliveries.admin.replayOne('d-1', decision))).to.equal(1);
        expect(await toldBy(() => deliveries.admin.replayOne('d-1', decision))).to.equal(0);
      });

      it('tells nobody who does not listen any more', async () => {
        ignore();
        const claim = await win();
        expect(await toldBy(() => ledger.release(claim))).to.equal(0);
      });
    });

    describe('wake', () => {
      it('makes what waits for one of the reasons due now, and nothing else', async () => {
        for (const [key, reason] of [
          ['a', 'suspended'],
          ['b', 'throttled'],
        ] as const)
          await deliveries.postpone(
            await win({ ...entryOf(key), delivery: deliveryOf(`d-${key}`) }),
            reason,
            60_000,
          );
        expect(await deliveries.wake('beta', ['suspended'])).to.equal(0);
        expect(await deliveries.wake('acme', ['suspended', 'credentials_refused'])).to.equal(1);
        expect(await deliveries.wake('acme', ['suspended', 'credentials_refused'])).to.equal(0);
        expect((await takeOne()).id).to.equal('d-a');
      });
    });

    describe('a webhook without an id', () => {
      const separateInMs = 70_000;
      const first: Entry = { ...entry, delivery: deliveryOf('d-1', { separateInMs }) };
      const second: Entry = { ...copy, delivery: deliveryOf('d-2', { separateInMs }) };

      it('is the same as an equal one until its time is over, and another one from then on', async () => {
        await deliveries.postpone(await win(first), 'throttled', 1000);
        await made.advance(separateInMs - 1 - made.driftMs);
        expect(await ledger.claim(second)).to.deep.equal({ result: 'accepted', accepted });
        await made.advance(1 + made.driftMs);
        expect(await win(second)).to.include({ deliveryId: 'd-2', externalId: 'copy' });
        expect(await takeOne()).to.include({ id: 'd-1', externalId: entry.externalId });
      });

      it('is another one at once when the answer to the first is known to be out', async () => {
        await deliveries.postpone(await win(first), 'throttled', 1000);
        await ledger.recordAnswer(first.key, first.externalId, { isSent: true, keepMs: 0 });
        expect(await win(second)).to.include({ deliveryId: 'd-2' });
      });

      it('is the same for as long as its caller got no answer', async () => {
        await deliveries.postpone(await win(first), 'throttled', 1000);
        await ledger.recordAnswer(first.key, first.externalId, { isSent: false, keepMs: 0 });
        await made.advance(separateInMs + made.driftMs);
        expect(await ledger.claim(second)).to.deep.equal({ result: 'accepted', accepted });
        await ledger.expectAnswer(first.key, first.externalId, 5000);
        await made.advance(5000);
        await win(second);
      });

      it('is another one for longer, never for less, after a later answer', async () => {
        await deliveries.postpone(await win(first), 'throttled', 1000);
        await ledger.recordAnswer(first.key, first.externalId, { isSent: true, keepMs: 5000 });
        await ledger.recordAnswer(first.key, first.externalId, { isSent: false, keepMs: 1000 });
        await made.advance(4999 - made.driftMs);
        expect((await ledger.claim(second)).result).to.equal('accepted');
        await made.advance(1 + made.driftMs);
        await win(second);
      });

      it('has to wait while an equal one is held that it is no copy of any more', async () => {
        await win(first);
        await ledger.recordAnswer(first.key, first.externalId, { isSent: true, keepMs: 0 });
        expect(await ledger.claim(second)).to.deep.equal({ result: 'busy' });
      });

      it('is taken under a key of its own, so that an equal one can come meanwhile', async () => {
        await deliveries.postpone(await win(first), 'throttled', 0);
        await ledger.recordAnswer(first.key, first.externalId, { isSent: true, keepMs: 0 });
        const taken = await takeOne();
        expect(taken.held.claim.key).not.to.equal(first.key);
        const claim = await win(second);
        expect(await ledger.settle(taken.held.claim, receipt)).to.equal(true);
        expect(await ledger.settle(claim, { ...receipt, resourceId: 8 })).to.equal(true);
      });

      it('leaves nothing of itself under its key once it is forgotten', async () => {
        await ledger.settle(await win(first), receipt);
        await made.advance(times.retentionMs + made.driftMs);
        const { delivery, ...bare } = second;
        const claim = await win(bare);
        expect(claim).not.to.have.property('deliveryId');
        await ledger.settle(claim, receipt);
        expect((await ledger.claim(bare)).result).to.equal('issued');
      });

      it('that was issued answers its copies until its time is over', async () => {
        await ledger.settle(await win(first), receipt);
        expect((await ledger.claim(second)).result).to.equal('issued');
        await ledger.recordAnswer(first.key, first.externalId, { isSent: true, keepMs: 0 });
        await win(second);
      });
    });
  });
}
