/** What every ledger that keeps deliveries does with its outbox, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import type { Outbox, OutboxItem } from '../../src/ledger/deliveries/outbox.ts';
import type { Claim, Entry, Ledger } from '../../src/ledger/ledger.ts';
import { decision } from '../support/deliveries.ts';
import { type LedgerUnderTest, type MakeLedger, claimOf, entryOf, receipt, times } from './contract.ts';
import { deliveryOf } from './deliverycontract.ts';

const leaseMs = 60_000;
const keepMs = 2 * times.retentionMs;
const digests = { id: null, person: null, email: 'digest of an e-mail' };

/** Holds a ledger against the contract of the outbox. */
export function outboxContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps an outbox`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    let deliveries: DeliveryLedger;
    let outbox: Outbox;
    const entry = (id: string, changes: Partial<Entry> = {}): Entry =>
      entryOf(`key of ${id}`, { isGenerated: true, delivery: deliveryOf(id, { digests }), ...changes });
    const win = async (id: string, changes?: Partial<Entry>): Promise<Claim> =>
      claimOf(await ledger.claim(entry(id, changes)));
    const settle = (claim: Claim, toOutbox = true): Promise<boolean> =>
      ledger.settle(claim, receipt, undefined, { note: { result: 'issued', tookMs: 1 }, toOutbox });
    const park = (claim: Claim, toOutbox = true): Promise<boolean> =>
      deliveries.park(claim, { reason: 'rejected', keepMs, toOutbox });
    const take = (tenant = 'acme', most = 10): Promise<readonly OutboxItem[]> =>
      outbox.take(tenant, most, leaseMs);
    const takeOne = async (): Promise<OutboxItem> => {
      const taken = await take();
      expect(taken).to.have.length(1);
      return taken[0]!;
    };
    const counted = async (): Promise<readonly string[]> =>
      (await outbox.counts()).map(({ tenant, count }) => `${tenant} ${count}`).sort();
    const expectEmpty = async (): Promise<void> => {
      await made.advance(leaseMs);
      expect(await take()).to.deep.equal([]);
    };
    const hasWebhook = async (id: string): Promise<boolean | undefined> =>
      (await deliveries.admin.find(id))?.record.hasWebhook;

    beforeEach(async () => {
      made = await makeLedger({ times });
      ledger = made.ledger;
      if (ledger.deliveries === undefined) throw new Error('this ledger keeps no deliveries');
      ({ deliveries } = ledger);
      ({ outbox } = deliveries);
    });
    afterEach(() => ledger.close());

    it('has what is settled into it, with the webhook and what was made', async () => {
      await settle(await win('a'));
      const { since, ageMs, ...item } = await takeOne();
      expect(item).to.deep.equal({
        deliveryId: 'a',
        tenant: 'acme',
        action: 'rewards',
        webhook: deliveryOf('a').webhook,
        context: { tenant: 'acme', key: 'acme/id/key of a' },
        outcome: { kind: 'issued', receipt },
      });
      expect(since).to.equal((await deliveries.admin.find('a'))?.events.at(-1)?.at);
      expect(ageMs).to.be.within(0, 60_000);
    });

    it('says how old each is when it is taken, by the clock that says when it ended', async () => {
      await settle(await win('a'));
      await made.advance(100_000);
      const { ageMs } = await takeOne();
      expect(ageMs).to.be.within(100_000 - made.driftMs, 160_000);
      await made.advance(leaseMs);
      expect((await takeOne()).ageMs).to.be.at.least(ageMs + leaseMs - made.driftMs);
    });

    it('has what is parked into it, with the reason', async () => {
      await park(await win('a'));
      expect(await takeOne()).to.deep.include({
        deliveryId: 'a',
        webhook: deliveryOf('a').webhook,
        outcome: { kind: 'parked', reason: 'rejected' },
      });
    });

    it('has nothing that is settled or parked otherwise, postponed, or not stored', async () => {
      await settle(await win('a'), false);
      await park(await win('b'), false);
      await deliveries.postpone(await win('c'), 'throttled', 1000);
      await settle(claimOf(await ledger.claim(entryOf('d', { isGenerated: true }))));
      expect(await outbox.tenants()).to.deep.equal([]);
      expect(await outbox.counts()).to.deep.equal([]);
      await expectEmpty();
    });

    it('has nothing of a claim that is lost', async () => {
      const lost = await win('a');
      await made.advance(times.leaseMs);
      await deliveries.takeDue('acme', 1);
      expect(await settle(lost)).to.equal(false);
      expect(await park(lost)).to.equal(false);
      await expectEmpty();
    });

    it('names the tenants of what nobody has taken, and counts all that is in it', async () => {
      await settle(await win('a'));
      await park(await win('b'));
      await settle(await win('c', { key: 'globex/id/key of c', tenant: 'globex' }));
      expect([...(await outbox.tenants())].sort()).to.deep.equal(['acme', 'globex']);
      expect(await take('globex')).to.have.length(1);
      expect(await outbox.tenants()).to.deep.equal(['acme']);
      expect(await counted()).to.deep.equal(['acme 2', 'globex 1']);
    });

    it('says of the oldest when it ended', async () => {
      await settle(await win('a'));
      const [{ oldest } = { oldest: NaN }] = await outbox.counts();
      await made.advance(1000);
      await settle(await win('b'));
      expect((await outbox.counts())[0]?.oldest).to.equal(oldest);
      expect((await takeTwo())[0]?.since).to.equal(oldest);
    });

    const takeTwo = async (): Promise<readonly OutboxItem[]> => {
      const taken = await take();
      expect(taken.map(({ deliveryId }) => deliveryId)).to.deep.equal(['a', 'b']);
      return taken;
    };

    it('gives an item to one, until its lease is over', async () => {
      await settle(await win('a'));
      await takeOne();
      await made.advance(leaseMs - 1 - made.driftMs);
      expect(await take()).to.deep.equal([]);
      await made.advance(1 + made.driftMs);
      expect(await outbox.tenants()).to.deep.equal(['acme']);
      expect((await takeOne()).deliveryId).to.equal('a');
    });

    it('gives what is postponed when it is due again, and others meanwhile', async () => {
      await settle(await win('a'));
      await made.advance(1000);
      await park(await win('b'));
      for (const item of await takeTwo()) await outbox.postpone(item, 3 * leaseMs);
      await made.advance(3 * leaseMs - 1 - made.driftMs);
      expect(await outbox.tenants()).to.deep.equal([]);
      expect(await counted()).to.deep.equal(['acme 2']);
      await settle(await win('c'));
      expect((await takeOne()).deliveryId).to.equal('c');
      await made.advance(1 + made.driftMs);
      expect(await outbox.tenants()).to.deep.equal(['acme']);
      await takeTwo();
    });

    it('postpones nothing that was taken out, or has ended otherwise since', async () => {
      await settle(await win('a'));
      await made.advance(1000);
      await park(await win('b'));
      const [gone, parked] = await takeTwo();
      await outbox.remove(gone!);
      await outbox.postpone(gone!, 0);
      await deliveries.admin.replayOne('b', decision);
      const [taken] = await deliveries.takeDue('acme', 1);
      await settle(taken!.held.claim);
      await outbox.postpone(parked!, leaseMs);
      expect((await takeOne()).outcome.kind).to.equal('issued');
    });

    it('gives as many as are asked for, the oldest first', async () => {
      for (const id of ['a', 'b', 'c']) {
        await settle(await win(id));
        await made.advance(1000);
      }
      expect((await take('acme', 2)).map(({ deliveryId }) => deliveryId)).to.deep.equal(['a', 'b']);
      expect((await take('acme', 2)).map(({ deliveryId }) => deliveryId)).to.deep.equal(['c']);
    });

    it('keeps the webhook of what is issued until it is taken out, and of what is parked for longer', async () => {
      await settle(await win('a'));
      await park(await win('b'));
      expect([await hasWebhook('a'), await hasWebhook('b')]).to.deep.equal([true, true]);
      for (const item of await take()) await outbox.remove(item);
      expect([await hasWebhook('a'), await hasWebhook('b')]).to.deep.equal([false, true]);
      expect(await outbox.counts()).to.deep.equal([]);
      await expectEmpty();
    });

    it('loses nothing by a removal that is carried out twice', async () => {
      await settle(await win('a'));
      const item = await takeOne();
      await outbox.remove(item);
      await outbox.remove(item);
      expect(await ledger.claim(entry('a'))).to.deep.include({ result: 'issued', receipt });
    });

    it('stays as it is by a settle that is carried out again once the item is gone', async () => {
      const claim = await win('a');
      await settle(claim);
      await outbox.remove(await takeOne());
      await settle(claim);
      await expectEmpty();
      expect(await hasWebhook('a')).to.equal(false);
    });

    it('keeps that a delivery is issued, when what is removed is that it was parked', async () => {
      await park(await win('a'));
      const parked = await takeOne();
      await deliveries.admin.replayOne('a', decision);
      const [taken] = await deliveries.takeDue('acme', 1);
      await settle(taken!.held.claim);
      await outbox.remove(parked);
      expect((await takeOne()).outcome.kind).to.equal('issued');
    });

    it('lets go of what is replayed, corrected, discarded, erased, or claimed anew', async () => {
      const changes: Record<string, () => Promise<unknown>> = {
        replayed: () => deliveries.admin.replayOne('replayed', decision),
        corrected: () =>
          deliveries.admin.replayOne('corrected', decision, {
            webhook: Uint8Array.of(1),
            summary: '{}',
            digests,
            fingerprint: 'other',
          }),
        discarded: () => deliveries.admin.discardOne('discarded', decision),
        claimed: () => ledger.claim(entry('claimed')),
      };
      for (const [id, change] of Object.entries(changes)) {
        await park(await win(id));
        await change();
      }
      await settle(await win('erased'));
      await deliveries.admin.erase('acme', { email: [digests.email] }, decision);
      expect(await outbox.counts()).to.deep.equal([]);
      expect(await outbox.tenants()).to.deep.equal([]);
      await expectEmpty();
    });

    it('has nothing of one that is given up or parked elsewhere after it was in it', async () => {
      await park(await win('a'));
      await deliveries.admin.replayOne('a', decision);
      await made.advance(1);
      expect(
        await deliveries.giveUp('acme', { acceptedBefore: Number.MAX_SAFE_INTEGER / 2, keepMs }),
      ).to.equal(1);
      await expectEmpty();
    });

    it('forgets an item with its entry', async () => {
      await settle(await win('a'));
      await made.advance(times.retentionMs);
      expect(await take()).to.deep.equal([]);
    });

    it('opens the webhook of one that has left its key to an equal one', async () => {
      const separate = { delivery: deliveryOf('a', { separateInMs: 1000 }) };
      await settle(await win('a', separate));
      await made.advance(1000 + made.driftMs);
      await win('a', { delivery: deliveryOf('b', { separateInMs: 1000 }) });
      const item = await takeOne();
      expect(item).to.deep.include({ deliveryId: 'a', context: { tenant: 'acme', key: 'acme/id/key of a' } });
      await outbox.remove(item);
      await expectEmpty();
    });
  });
}
