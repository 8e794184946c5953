/** What every ledger that keeps deliveries lets people do with them, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type {
  DeliveryLedger,
  NewDelivery,
  ParkedReason,
  SearchDigests,
} from '../../src/ledger/deliveries/deliveries.ts';
import {
  type AttemptNote,
  type Correction,
  type DeliveryAdmin,
  type DeliveryEvent,
  type DeliveryFilter,
  type ListPlace,
  mostEvents,
} from '../../src/ledger/deliveries/deliveryadmin.ts';
import { type Claim, type Entry, type Ledger } from '../../src/ledger/ledger.ts';
import { decision } from '../support/deliveries.ts';
import {
  type LedgerUnderTest,
  type MakeLedger,
  claimOf,
  entryOf,
  receipt,
  times,
  unconfirmed,
} from './contract.ts';
import { deliveryOf } from './deliverycontract.ts';

/** What is parked is kept for so long. */
const keepMs = 4 * 3_600_000;
const hourMs = 3_600_000;

/** Holds a ledger against the contract of what people do with deliveries. */
export function deliveryAdminContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} lets people see deliveries and decide about them`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    let deliveries: DeliveryLedger;
    let admin: DeliveryAdmin;

    const begin = async (retentionMs: number): Promise<void> => {
      made = await makeLedger({ times: { ...times, retentionMs } });
      ledger = made.ledger;
      if (ledger.deliveries === undefined) throw new Error('this ledger keeps no deliveries');
      ({ deliveries } = ledger);
      ({ admin } = deliveries);
    };
    beforeEach(() => begin(times.retentionMs));
    afterEach(() => ledger.close());

    const entryAs = (id: string, changes: Partial<Entry> = {}, about: Partial<NewDelivery> = {}): Entry => {
      const { tenant = 'acme' } = changes;
      const key = `${tenant}/id/key of ${id}`;
      return { ...entryOf(id), key, tenant, delivery: deliveryOf(id, about), ...changes };
    };
    const win = async (what: Entry): Promise<Claim> => {
      const result = await ledger.claim(what);
      expect(result.result).to.equal('won');
      return claimOf(result);
    };
    /** Each is accepted a second after the one before, so that they have an order. */
    const put = {
      pending: (what: Entry): Promise<Claim> => later(what),
      waiting: async (what: Entry): Promise<boolean> =>
        deliveries.postpone(await later(what), 'throttled', 60_000),
      parked: async (what: Entry, reason: ParkedReason = 'rejected'): Promise<boolean> =>
        deliveries.park(await later(what), { reason, keepMs }),
      issued: async (what: Entry): Promise<boolean> => ledger.settle(await later(what), receipt),
    };
    const later = async (what: Entry): Promise<Claim> => {
      await made.advance(1000);
      return win(what);
    };
    /** A few at a time, since each is a write of its own. */
    const parkMany = async (count: number, digests?: SearchDigests): Promise<void> => {
      const one = (n: number): Promise<string> => {
        const about = { key: `rewards/parked/${n}`, tenant: 'acme', reason: 'invalid_payload' } as const;
        return deliveries.parkNew(
          { ...about, delivery: deliveryOf(`p-${n}`, digests && { digests }) },
          keepMs,
        );
      };
      for (let n = 0; n < count; n += 10)
        await Promise.all(Array.from({ length: Math.min(10, count - n) }, (_, more) => one(n + more)));
    };
    /** One in each state, the oldest first. */
    const putAll = async (tenant = 'acme', prefix = ''): Promise<void> => {
      await put.issued(entryAs(`${prefix}issued`, { tenant }));
      await put.parked(entryAs(`${prefix}parked`, { tenant }));
      await put.waiting(entryAs(`${prefix}waiting`, { tenant }));
      await put.parked(entryAs(`${prefix}discarded`, { tenant }));
      await admin.discardOne(`${prefix}discarded`, decision);
      await put.pending(entryAs(`${prefix}pending`, { tenant }));
    };
    const acme: DeliveryFilter = { tenants: ['acme'] };
    const ids = async (filter: DeliveryFilter, limit = 100, after?: ListPlace): Promise<readonly string[]> =>
      (await admin.list(filter, { limit, ...(after && { after }) })).map(({ id }) => id);
    const stateOf = async (id: string): Promise<string | undefined> => (await admin.find(id))?.record.state;
    const eventsOf = async (id: string): Promise<readonly DeliveryEvent[]> =>
      (await admin.find(id))?.events ?? [];
    const kinds = async (id: string): Promise<readonly string[]> =>
      (await eventsOf(id)).map((event) => (event.kind === 'attempted' ? event.result : event.kind));
    const takenIds = async (): Promise<readonly string[]> =>
      (await deliveries.takeDue('acme', 1000)).map(({ id }) => id).sort();

    describe('list', () => {
      it('gives those of each state, the newest first', async () => {
        await putAll();
        expect(await ids(acme)).to.deep.equal(['pending', 'discarded', 'waiting', 'parked', 'issued']);
        for (const state of ['pending', 'discarded', 'waiting', 'parked', 'issued'] as const)
          expect(await ids({ ...acme, state }), state).to.deep.equal([state]);
      });

      it('gives those of the tenants that are asked for, and no others', async () => {
        await putAll();
        await putAll('beta', 'b-');
        expect(await ids({ tenants: ['beta'], state: 'waiting' })).to.deep.equal(['b-waiting']);
        expect(await ids({ tenants: ['acme', 'beta'], state: 'waiting' })).to.deep.equal([
          'b-waiting',
          'waiting',
        ]);
        expect(await ids({ tenants: ['acme', 'beta'] })).to.have.length(10);
        expect(await ids({ tenants: [] })).to.deep.equal([]);
      });

      it('tells what is known of each', async () => {
        await put.waiting(entryAs('waiting', { isGenerated: true, externalId: 'gw-1' }));
        await put.issued(entryAs('issued'));
        await put.parked(entryAs('parked'));
        const [parked, issued, waiting] = await admin.list(acme, { limit: 3 });
        const common = { tenant: 'acme', action: 'rewards', summary: '{"amount":10}', attempts: 1 };
        const { since: waitingSince, dueAt } = waiting!;
        expect(waiting).to.deep.equal({
          ...{ ...common, id: 'waiting', state: 'waiting', reason: 'throttled', since: waitingSince, dueAt },
          ...{ externalId: 'gw-1', receipt: null, keptUntil: null, hasWebhook: true },
        });
        expect(dueAt! - waitingSince).to.be.within(60_000 - 1, 60_000 + made.driftMs);
        const { since, keptUntil } = issued!;
        expect(issued).to.deep.equal({
          ...{ ...common, id: 'issued', state: 'issued', reason: null, since, dueAt: null },
          ...{ externalId: null, receipt, keptUntil, hasWebhook: false },
        });
        expect(keptUntil! - since).to.be.within(times.retentionMs - 1, times.retentionMs + made.driftMs);
        expect(parked).to.include({
          id: 'parked',
          state: 'parked',
          reason: 'rejected',
          hasWebhook: true,
          dueAt: null,
        });
        expect(parked!.keptUntil! - parked!.since).to.be.within(keepMs - 1, keepMs + made.driftMs);
      });

      it('gives the end of the list from a place on, in pages that leave nothing out and show nothing twice', async () => {
        await putAll();
        await putAll('beta', 'b-');
        for (const filter of [
          { tenants: ['acme', 'beta'] },
          { tenants: ['acme', 'beta'], reason: 'throttled' },
        ]) {
          const all = await ids(filter);
          const seen: string[] = [];
          let after: ListPlace | undefined;
          for (;;) {
            const page = await admin.list(filter, { limit: 3, ...(after && { after }) });
            seen.push(...page.map(({ id }) => id));
            expect(page.map(({ since }) => Number.isInteger(since))).to.not.include(false);
            after = page.at(-1);
            if (page.length < 3) break;
          }
          expect(seen).to.deep.equal(all);
        }
      });

      it('gives what begins at since, and ends before until', async () => {
        for (const id of ['a', 'b', 'c']) await put.waiting(entryAs(id));
        const since = (await admin.find('b'))!.record.since;
        expect(await ids({ ...acme, since })).to.deep.equal(['c', 'b']);
        expect(await ids({ ...acme, until: since })).to.deep.equal(['a']);
        expect(await ids({ ...acme, since, until: since + 500 })).to.deep.equal(['b']);
        const { record: after } = (await admin.find('c'))!;
        expect(await ids({ ...acme, until: since + 500 }, 10, after)).to.deep.equal(['b', 'a']);
        expect(await ids({ ...acme, reason: 'throttled', since, until: since + 500 })).to.deep.equal(['b']);
      });

      it('gives those of an action', async () => {
        await put.waiting(entryAs('a'));
        await put.waiting(entryAs('b', {}, { action: 'benefits' }));
        expect(await ids({ ...acme, action: 'benefits' })).to.deep.equal(['b']);
        expect(await ids({ ...acme, action: 'benefits', reason: 'throttled' })).to.deep.equal(['b']);
        expect(await ids({ ...acme, action: 'rewards' })).to.deep.equal(['a']);
      });

      it('gives those of a reason, in whichever state that is', async () => {
        await put.parked(entryAs('parked'), 'profile_not_found');
        await deliveries.postpone(await later(entryAs('waiting')), 'profile_not_found', 1000);
        await putAll('acme', 'other-');
        expect(await ids({ ...acme, reason: 'profile_not_found' })).to.deep.equal(['waiting', 'parked']);
        expect(await ids({ ...acme, reason: 'profile_not_found', state: 'parked' })).to.deep.equal([
          'parked',
        ]);
        expect(await ids({ ...acme, reason: 'decided' })).to.deep.equal(['other-discarded']);
        expect(await ids({ ...acme, reason: 'erased' })).to.deep.equal([]);
        expect(await ids({ ...acme, reason: 'throttled', state: 'parked' })).to.deep.equal([]);
        expect(await ids({ ...acme, reason: 'no such reason' })).to.deep.equal([]);
      });

      describe('by digests', () => {
        const digests = (id: string | null, person: string | null, email: string | null) => ({
          digests: { id, person, email },
        });
        beforeEach(async () => {
          await put.issued(entryAs('a', {}, digests('i-a', 'p-ada', 'e-ada')));
          await put.parked(entryAs('b', {}, digests('i-b', 'p-ada', 'e-ada')));
          await put.waiting(entryAs('c', {}, digests('i-c', 'p-grace', 'e-ada')));
          await put.waiting(entryAs('d'));
        });

        it('gives those that have one of the digests of a kind', async () => {
          expect(await ids({ ...acme, digests: { email: ['e-ada'] } })).to.deep.equal(['c', 'b', 'a']);
          expect(await ids({ ...acme, digests: { person: ['p-older key', 'p-ada'] } })).to.deep.equal([
            'b',
            'a',
          ]);
          expect(await ids({ ...acme, digests: { id: ['i-b', 'i-c'] } })).to.deep.equal(['c', 'b']);
          expect(await ids({ ...acme, digests: { id: [] } })).to.deep.equal([]);
        });

        it('gives those that have one of each kind that is given', async () => {
          const both = { person: ['p-ada'], email: ['e-ada'] };
          expect(await ids({ ...acme, digests: both })).to.deep.equal(['b', 'a']);
          expect(await ids({ ...acme, digests: { ...both, id: ['i-c'] } })).to.deep.equal([]);
        });

        it('takes every other condition and place too', async () => {
          const mine: DeliveryFilter = { ...acme, digests: { email: ['e-ada'] } };
          expect(await ids({ ...mine, state: 'parked' })).to.deep.equal(['b']);
          expect(await ids({ ...mine, reason: 'throttled' })).to.deep.equal(['c']);
          expect(await ids({ ...mine, action: 'benefits' })).to.deep.equal([]);
          expect(await ids({ ...mine, tenants: ['beta'] })).to.deep.equal([]);
          const { record } = (await admin.find('c'))!;
          expect(await ids(mine, 1, record)).to.deep.equal(['b']);
          expect(await ids({ ...mine, since: record.since })).to.deep.equal(['c']);
        });
      });

      it('leaves out what its time is over for, and what is stored without its webhook', async () => {
        const { delivery, ...bare } = entryAs('bare');
        await win(bare);
        await put.issued(entryAs('issued'));
        await put.parked(entryAs('parked'));
        await made.advance(times.retentionMs);
        expect(await ids(acme)).to.deep.equal(['parked']);
        await made.advance(keepMs);
        expect(await ids({ ...acme, reason: 'rejected' })).to.deep.equal([]);
      });
    });

    describe('find', () => {
      it('gives one by its id, and nothing for another id', async () => {
        await putAll();
        const [listed] = await admin.list({ ...acme, state: 'waiting' }, { limit: 1 });
        expect((await admin.find('waiting'))?.record).to.deep.equal(listed);
        expect(await admin.find('nobody')).to.equal(undefined);
      });

      it('gives nothing once its time is over', async () => {
        await put.issued(entryAs('issued'));
        await made.advance(times.retentionMs);
        expect(await admin.find('issued')).to.equal(undefined);
      });

      it('tells when it arrived, of one that nothing else has happened to', async () => {
        await put.pending(entryAs('a'));
        const { record, events } = (await admin.find('a'))!;
        expect(events).to.deep.equal([{ at: record.since, kind: 'arrived' }]);
      });
    });

    describe('the events of a delivery', () => {
      const note = (changes: Partial<AttemptNote> = {}): AttemptNote => ({
        ...{ result: 'throttled', code: 'overloaded', omneoStatus: 429, tookMs: 12 },
        ...changes,
      });
      const taken = async (): Promise<Claim> => {
        const [first] = await deliveries.takeDue('acme', 1);
        return first!.held.claim;
      };

      it('tell of each attempt, in their order, with the time', async () => {
        const issuedNote = note({ result: 'issued', matchedBy: 'email' });
        await deliveries.postpone(await later(entryAs('a')), 'throttled', 5000, note());
        await made.advance(5000);
        await ledger.markUnconfirmed(await taken(), unconfirmed, note({ result: 'unconfirmed' }));
        await made.advance(times.settleWindowMs);
        await ledger.settle(await taken(), receipt, undefined, { note: issuedNote });
        const events = await eventsOf('a');
        expect(events.map(({ at, ...event }) => event)).to.deep.equal([
          { kind: 'arrived' },
          { kind: 'attempted', ...note() },
          { kind: 'attempted', ...note({ result: 'unconfirmed' }) },
          { kind: 'attempted', ...issuedNote },
        ]);
        const passed = events.map(({ at }) => at - events[0]!.at);
        expect(passed[1]).to.be.within(0, made.driftMs);
        expect(passed[2]).to.be.within(5000, 5000 + made.driftMs);
        expect(passed[3]! - passed[2]!).to.be.within(
          times.settleWindowMs,
          times.settleWindowMs + made.driftMs,
        );
      });

      it('tell why it was parked', async () => {
        await deliveries.park(
          await later(entryAs('a')),
          { reason: 'rejected', keepMs },
          note({ result: 'rejected' }),
        );
        expect(await kinds('a')).to.deep.equal(['arrived', 'rejected']);
      });

      it('say nothing of an attempt that no note is kept of', async () => {
        await put.parked(entryAs('a'));
        expect(await kinds('a')).to.deep.equal(['arrived']);
      });

      it('are kept of no entry whose webhook is not stored, and harm none', async () => {
        const { delivery, ...bare } = entryAs('bare');
        expect(await ledger.settle(await win(bare), receipt, undefined, { note: note() })).to.equal(true);
        const unstored = { ...bare, key: 'acme/id/other' };
        await ledger.markUnconfirmed(await win(unstored), unconfirmed, note());
        expect((await ledger.claim(unstored)).result).to.equal('unconfirmed');
        expect((await ledger.claim(bare)).result).to.equal('issued');
      });

      it('are the first and the newest, of very many', async () => {
        await deliveries.postpone(await later(entryAs('a')), 'throttled', 0, note({ tookMs: 0 }));
        for (let n = 1; n < mostEvents + 10; n += 1)
          await deliveries.postpone(await taken(), 'throttled', 0, note({ tookMs: n }));
        const events = await eventsOf('a');
        const last = mostEvents + 9;
        expect(events).to.have.length(mostEvents);
        expect(events.map((event) => event.kind === 'attempted' && event.tookMs)).to.deep.equal([
          ...[false, 0],
          ...Array.from({ length: mostEvents - 2 }, (_, n) => last - (mostEvents - 3) + n),
        ]);
      });
    });

    describe('webhookOf', () => {
      it('gives the webhook as it was stored, and in which context it was sealed', async () => {
        await put.parked(entryAs('a', {}, { webhook: Uint8Array.of(0, 255, 7) }));
        const found = (await admin.webhookOf('a'))!;
        expect([...found.webhook]).to.deep.equal([0, 255, 7]);
        expect(found.context).to.deep.equal({ tenant: 'acme', key: 'acme/id/key of a' });
      });

      it('gives the context in which it came, of one that left its key to an equal webhook', async () => {
        await deliveries.postpone(await win(entryAs('a', {}, { separateInMs: 0 })), 'throttled', 0);
        await made.advance(1000);
        const [taken] = await deliveries.takeDue('acme', 1);
        expect(taken!.held.claim.key).to.not.equal('acme/id/key of a');
        expect((await admin.webhookOf('a'))?.context.key).to.equal('acme/id/key of a');
      });

      it('gives nothing of what is issued, discarded or unknown', async () => {
        await putAll();
        for (const id of ['issued', 'discarded', 'nobody'])
          expect(await admin.webhookOf(id), id).to.equal(undefined);
      });
    });

    describe('replayOne', () => {
      it('makes a parked delivery due now, as a new delivery of the same webhook, and says who decided that', async () => {
        await put.parked(entryAs('a'));
        const before = (await admin.find('a'))!.record.since;
        await made.advance(5000);
        expect(await admin.replayOne('a', decision)).to.equal(true);
        const { record, events } = (await admin.find('a'))!;
        expect(record).to.include({ state: 'waiting', reason: 'replayed', attempts: 0, keptUntil: null });
        expect(record.since - before).to.be.within(5000, 5000 + made.driftMs);
        expect(events).to.deep.equal([
          { at: before, kind: 'arrived' },
          { at: events[1]!.at, kind: 'replayed', ...decision },
        ]);
        expect(events[1]!.at - before).to.be.within(5000 - 1, 5000 + made.driftMs);
        expect(await takenIds()).to.deep.equal(['a']);
      });

      it('changes nothing that is not parked', async () => {
        await putAll();
        for (const id of ['pending', 'waiting', 'discarded', 'issued', 'nobody'])
          expect(await admin.replayOne(id, decision), id).to.equal(false);
        expect(await admin.replayOne('parked', decision)).to.equal(true);
        expect(await admin.replayOne('parked', decision)).to.equal(false);
        expect(await kinds('waiting')).to.deep.equal(['arrived']);
      });

      it('changes nothing once its time is over', async () => {
        await put.parked(entryAs('a'));
        await made.advance(keepMs);
        expect(await admin.replayOne('a', decision)).to.equal(false);
      });
    });

    describe('a correction', () => {
      const correction: Correction = {
        webhook: Uint8Array.of(9),
        summary: '{"amount":12}',
        digests: { id: 'i', person: 'p', email: 'e' },
        fingerprint: 'grace-42-12',
      };
      const takeOne = async () => {
        const [taken] = await deliveries.takeDue('acme', 1);
        return taken!;
      };

      it('is delivered in the place of the webhook that is parked, and is found by what is in it', async () => {
        await put.parked(entryAs('a', { isGenerated: true, externalId: 'gw-1' }));
        expect(await admin.replayOne('a', decision, correction)).to.equal(true);
        expect(await kinds('a')).to.deep.equal(['arrived', 'corrected']);
        const [found] = await admin.list({ ...acme, digests: { email: ['e'] } }, { limit: 1 });
        expect(found).to.include({ id: 'a', state: 'waiting', summary: '{"amount":12}', externalId: 'gw-1' });
        const taken = await takeOne();
        expect([...taken.webhook]).to.deep.equal([9]);
        expect(taken).to.include({ fingerprint: correction.fingerprint, externalId: 'gw-1', attempts: 1 });
        expect(taken.held.result).to.equal('won');
      });

      it('is looked up first when a create of the other webhook may have been made, of which it knows no more', async () => {
        await deliveries.park(await later(entryAs('a')), { reason: 'rejected', keepMs, attempt: 'refused' });
        const parkedAt = (await admin.find('a'))!.record.since;
        await made.advance(5000);
        await admin.replayOne('a', decision, correction);
        const { held } = await takeOne();
        if (held.result !== 'unconfirmed') throw new Error(held.result);
        expect(held.attempt).to.equal('unknown');
        expect(held.claimedAt - parkedAt).to.be.within(5000 - 1, 5000 + made.driftMs);
        expect(held.missConclusiveIn).to.be.within(
          times.settleWindowMs - 5000 - made.driftMs,
          times.settleWindowMs - 5000,
        );
      });

      it('that asks for the same knows what the other knew', async () => {
        await deliveries.park(await later(entryAs('a')), { reason: 'rejected', keepMs, attempt: 'refused' });
        await admin.replayOne('a', decision, { ...correction, fingerprint: entryOf('a').fingerprint });
        expect((await takeOne()).held).to.include({ result: 'unconfirmed', attempt: 'refused' });
      });

      it('of what never had a key of its own has none either', async () => {
        const parked = { key: 'rewards/parked/1', tenant: 'acme', reason: 'invalid_payload' } as const;
        await deliveries.parkNew({ ...parked, delivery: deliveryOf('p-1') }, keepMs);
        await admin.replayOne('p-1', decision, correction);
        expect(await takeOne()).to.include({ id: 'p-1', fingerprint: '', externalId: null });
      });

      it('is what a copy is compared with from then on', async () => {
        await put.parked(entryAs('a'));
        await admin.replayOne('a', decision, correction);
        const copy = entryAs('a', { fingerprint: correction.fingerprint });
        expect((await ledger.claim(copy)).result).to.equal('accepted');
        expect((await ledger.claim(entryAs('a'))).result).to.equal('mismatch');
      });

      it('changes nothing that is not parked', async () => {
        await put.waiting(entryAs('a'));
        expect(await admin.replayOne('a', decision, correction)).to.equal(false);
        expect([...(await admin.webhookOf('a'))!.webhook]).to.not.deep.equal([9]);
      });
    });

    for (const [method, becomes, event] of [
      ['replayAll', 'waiting', 'replayed'],
      ['discardAll', 'discarded', 'discarded'],
    ] as const)
      describe(method, () => {
        it('changes what is parked and passes the filter, and nothing else', async () => {
          await putAll();
          await put.parked(entryAs('other reason'), 'gave_up');
          await put.parked(entryAs('other tenant', { tenant: 'beta' }));
          expect(await admin[method]({ ...acme, reason: 'rejected' }, decision, 1000)).to.equal(1);
          expect(await stateOf('parked')).to.equal(becomes);
          expect(await kinds('parked')).to.deep.equal(['arrived', event]);
          expect(await stateOf('other reason')).to.equal('parked');
          expect(await stateOf('other tenant')).to.equal('parked');
          expect(await kinds('waiting')).to.deep.equal(['arrived']);
          expect(await admin[method]({ ...acme, state: 'waiting' }, decision, 1000)).to.equal(0);
          expect(await admin[method]({ tenants: ['acme', 'beta'] }, decision, 1000)).to.equal(2);
        });

        it('changes the oldest ones first, and as many as it may', async () => {
          for (const id of ['b', 'a', 'd', 'c'])
            await put.parked(entryAs(id), id === 'a' ? 'gave_up' : 'rejected');
          expect(await admin[method](acme, decision, 3)).to.equal(3);
          expect(await ids({ ...acme, state: 'parked' })).to.deep.equal(['c']);
          expect(await admin[method](acme, decision, 3)).to.equal(1);
          expect(await admin[method](acme, decision, 3)).to.equal(0);
        });

        it('takes every condition of a list', async () => {
          const digests = { id: null, person: 'p', email: null };
          await put.parked(entryAs('a', {}, { digests }));
          await put.parked(entryAs('b', {}, { digests }));
          await put.waiting(entryAs('w', {}, { digests }));
          const { since } = (await admin.find('b'))!.record;
          expect(await admin[method]({ ...acme, since: since + 1000 }, decision, 10)).to.equal(0);
          expect(await admin[method]({ ...acme, action: 'benefits' }, decision, 10)).to.equal(0);
          expect(await admin[method]({ ...acme, digests: { person: ['q'] } }, decision, 10)).to.equal(0);
          expect(await admin[method]({ ...acme, digests: { person: ['p'] } }, decision, 1)).to.equal(1);
          expect(await stateOf('a')).to.equal(becomes);
          expect(await admin[method]({ ...acme, since, until: since + 500 }, decision, 10)).to.equal(1);
          expect(await stateOf('w')).to.equal('waiting');
        });

        it('changes many in one call, and no more than it may', async () => {
          await parkMany(450);
          expect(await admin[method](acme, decision, 420)).to.equal(420);
          expect(await ids({ ...acme, state: 'parked' })).to.have.length(30);
        }).timeout(20_000);
      });

    describe('discardAll of what is held', () => {
      const held: DeliveryFilter = { ...acme, reason: 'held' };
      const hold = async (id: string, changes: Partial<Entry> = {}, about: Partial<NewDelivery> = {}) =>
        deliveries.postpone(await later(entryAs(id, changes, about)), 'held', hourMs);

      it('ends what is held, erases its webhook, and says who decided that', async () => {
        await hold('a');
        expect(await admin.discardAll(held, decision, 1000)).to.equal(1);
        const { record, events } = (await admin.find('a'))!;
        expect(record).to.include({ state: 'discarded', reason: 'decided', hasWebhook: false, dueAt: null });
        expect(events.at(-1)).to.include({ kind: 'discarded', ...decision });
        await made.advance(2 * hourMs);
        expect(await takenIds()).to.deep.equal([]);
        expect(await deliveries.counts()).to.deep.equal([]);
      });

      it('changes nothing that is parked, that waits for anything else, or that is worked on', async () => {
        await putAll();
        await hold('released');
        await admin.replayOne('released', decision);
        await hold('of beta', { tenant: 'beta' });
        expect(await admin.discardAll(held, decision, 1000)).to.equal(0);
        expect(await admin.discardAll({ ...held, state: 'parked' }, decision, 1000)).to.equal(0);
        for (const state of ['parked', 'waiting', 'pending'] as const)
          expect(await stateOf(state)).to.equal(state);
        expect(await stateOf('released')).to.equal('waiting');
        expect(await stateOf('of beta')).to.equal('waiting');
      });

      it('is asked for by its reason alone', async () => {
        await hold('a');
        expect(await admin.discardAll(acme, decision, 1000)).to.equal(0);
        expect(await admin.discardAll({ ...acme, state: 'waiting' }, decision, 1000)).to.equal(0);
        expect(await admin.replayAll(held, decision, 1000)).to.equal(0);
        expect(await admin.discardAll({ ...held, state: 'waiting' }, decision, 1000)).to.equal(1);
      });

      it('takes the oldest first, and as many as it may', async () => {
        for (const id of ['b', 'a', 'd', 'c']) await hold(id);
        expect(await admin.discardAll(held, decision, 3)).to.equal(3);
        expect(await ids(held)).to.deep.equal(['c']);
        expect(await admin.discardAll(held, decision, 3)).to.equal(1);
      });

      it('takes every condition of a list', async () => {
        const digests = { id: null, person: 'p', email: null };
        for (const id of ['a', 'b', 'c']) await hold(id, {}, { digests });
        const { since } = (await admin.find('b'))!.record;
        expect(await admin.discardAll({ ...held, action: 'benefits' }, decision, 10)).to.equal(0);
        expect(await admin.discardAll({ ...held, digests: { person: ['q'] } }, decision, 10)).to.equal(0);
        expect(await admin.discardAll({ ...held, since, until: since + 500 }, decision, 10)).to.equal(1);
        expect(await ids(held)).to.deep.equal(['c', 'a']);
        expect(await admin.discardAll({ ...held, digests: { person: ['p'] } }, decision, 1)).to.equal(1);
        expect(await ids(held)).to.deep.equal(['c']);
      });

      it('changes many in one call', async () => {
        for (let n = 0; n < 250; n += 10)
          await Promise.all(
            Array.from({ length: 10 }, async (_, more) =>
              deliveries.postpone(await win(entryAs(`h-${n + more}`)), 'held', hourMs),
            ),
          );
        expect(await admin.discardAll(held, decision, 240)).to.equal(240);
        expect(await ids(held)).to.have.length(10);
      }).timeout(20_000);
    });

    describe('discardOne', () => {
      it('ends what is parked or waits, erases its webhook, and says who decided that', async () => {
        await putAll();
        for (const id of ['parked', 'waiting']) {
          expect(await admin.discardOne(id, decision)).to.equal(true);
          const { record, events } = (await admin.find(id))!;
          expect(record).to.include({
            state: 'discarded',
            reason: 'decided',
            hasWebhook: false,
            dueAt: null,
          });
          expect(events.at(-1)).to.include({ kind: 'discarded', ...decision });
        }
        await made.advance(60_000);
        expect(await takenIds()).to.deep.equal(['pending']);
        expect(await deliveries.counts()).to.deep.equal([]);
      });

      it('changes nothing that is worked on or done', async () => {
        await putAll();
        for (const id of ['pending', 'discarded', 'issued', 'nobody'])
          expect(await admin.discardOne(id, decision), id).to.equal(false);
      });

      it('is remembered for the retention', async () => {
        await put.parked(entryAs('a'));
        await admin.discardOne('a', decision);
        await made.advance(times.retentionMs - 1 - made.driftMs);
        expect(await stateOf('a')).to.equal('discarded');
        await made.advance(1 + made.driftMs);
        expect(await stateOf('a')).to.equal(undefined);
      });
    });

    describe('what is discarded', () => {
      it('is claimed by a webhook that comes anew, as the same delivery, which has arrived again', async () => {
        await put.parked(entryAs('a'));
        await admin.discardOne('a', decision);
        const other = { ...entryAs('a', { fingerprint: 'grace' }), delivery: deliveryOf('a-2') };
        const claim = await later(other);
        expect(claim.deliveryId).to.equal('a');
        const { record } = (await admin.find('a'))!;
        expect(record).to.include({
          state: 'pending',
          reason: null,
          hasWebhook: true,
          keptUntil: null,
          attempts: 2,
        });
        expect(await kinds('a')).to.deep.equal(['arrived', 'discarded', 'arrived']);
        await deliveries.postpone(claim, 'throttled', 0);
        expect(await takenIds()).to.deep.equal(['a']);
      });

      it('is no delivery any more for a webhook that comes anew and is not stored', async () => {
        await put.parked(entryAs('a'));
        await admin.discardOne('a', decision);
        const { delivery, ...bare } = entryAs('a');
        const claim = await win(bare);
        expect(claim).to.not.have.property('deliveryId');
        expect(await stateOf('a')).to.equal(undefined);
        await made.advance(times.leaseMs);
        expect(await takenIds()).to.deep.equal([]);
        expect((await ledger.claim(bare)).result).to.equal('unconfirmed');
      });

      it('is looked up first when it comes anew, if a create of unknown outcome is behind it', async () => {
        await ledger.markUnconfirmed(await later(entryAs('a')), unconfirmed);
        expect(await admin.discardOne('a', decision)).to.equal(true);
        expect(await ledger.claim(entryAs('a'))).to.include({ result: 'unconfirmed', attempt: 'sent' });
      });

      it('is parked anew by an equal webhook that is parked as it comes', async () => {
        const parked = { key: 'rewards/parked/1', tenant: 'acme', reason: 'invalid_payload' } as const;
        await deliveries.parkNew({ ...parked, delivery: deliveryOf('p-1') }, keepMs);
        await admin.discardOne('p-1', decision);
        await made.advance(1000);
        expect(await deliveries.parkNew({ ...parked, delivery: deliveryOf('p-2') }, keepMs)).to.equal('p-1');
        expect(await stateOf('p-1')).to.equal('parked');
        expect(await kinds('p-1')).to.deep.equal(['arrived', 'discarded', 'arrived']);
        expect(await admin.webhookOf('p-1')).to.not.equal(undefined);
      });
    });

    describe('erase', () => {
      const digests = { id: 'i', person: 'p-ada', email: 'e-ada' };
      const ada = { person: ['p-ada'], email: ['e-ada'] };

      it('ends what is not done, keeps what is issued as issued, and forgets what they are found by', async () => {
        await put.issued(entryAs('issued', {}, { digests }));
        await put.parked(entryAs('parked', {}, { digests }));
        await put.waiting(entryAs('waiting', {}, { digests: { ...digests, email: 'e-older' } }));
        await put.waiting(entryAs('other', {}, { digests: { id: 'i', person: 'p-bob', email: 'e-bob' } }));
        await ledger.markUnconfirmed(await later(entryAs('unconfirmed', {}, { digests })), unconfirmed);
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 4, underWay: 0 });
        for (const id of ['parked', 'waiting', 'unconfirmed'])
          expect((await admin.find(id))?.record).to.include({
            state: 'discarded',
            reason: 'erased',
            hasWebhook: false,
          });
        expect(await stateOf('issued')).to.equal('issued');
        expect(await stateOf('other')).to.equal('waiting');
        for (const id of ['issued', 'parked', 'waiting']) {
          expect((await eventsOf(id)).at(-1)).to.include({ kind: 'erased', ...decision });
          expect(await admin.webhookOf(id)).to.equal(undefined);
        }
        expect(await ids({ ...acme, digests: { id: ['i'] } })).to.deep.equal(['other']);
        expect((await ledger.claim(entryAs('issued'))).result).to.equal('issued');
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 0, underWay: 0 });
      });

      it('forgets whose a discarded delivery was, which stays what it was', async () => {
        await put.parked(entryAs('a', {}, { digests }));
        await admin.discardOne('a', decision);
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 1, underWay: 0 });
        expect((await admin.find('a'))?.record).to.include({ state: 'discarded', reason: 'decided' });
        expect(await ids({ ...acme, digests: { email: ['e-ada'] } })).to.deep.equal([]);
      });

      it('leaves what is being worked on, and counts it', async () => {
        const claim = await later(entryAs('a', {}, { digests }));
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 0, underWay: 1 });
        expect(await ledger.settle(claim, receipt)).to.equal(true);
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 1, underWay: 0 });
      });

      it('touches no other tenant', async () => {
        await put.waiting(entryAs('b', { tenant: 'beta' }, { digests }));
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 0, underWay: 0 });
        expect(await stateOf('b')).to.equal('waiting');
      });

      it('erases very many in one call, whatever of them is being worked on', async () => {
        await parkMany(450, { id: null, person: null, email: 'e-ada' });
        for (const id of ['w-1', 'w-2']) await put.pending(entryAs(id, {}, { digests }));
        expect(await admin.erase('acme', ada, decision)).to.deep.equal({ erased: 450, underWay: 2 });
        expect(await ids({ ...acme, digests: { email: ['e-ada'] } })).to.deep.equal(['w-2', 'w-1']);
      }).timeout(20_000);
    });

    describe('activity', () => {
      it('counts what arrived, by the hour and by what has become of it', async () => {
        await ledger.close();
        await begin(4 * hourMs);
        await putAll();
        const { since } = (await admin.find('issued'))!.record;
        await made.advance(2 * hourMs);
        await put.waiting(entryAs('next'));
        const { since: last } = (await admin.find('next'))!.record;
        const counted = (await admin.activity('acme', since)).map(({ hour, state, count }) => [
          ...[(hour - Math.floor(last / hourMs) * hourMs) / hourMs, state, count],
        ]);
        expect(counted.filter(([hour]) => hour === 0)).to.deep.equal([[0, 'waiting', 1]]);
        const earlier = counted.filter(([hour]) => hour !== 0);
        for (const [hour] of earlier) expect(hour).to.be.within(-3, -1);
        const states = earlier.map(([, state, count]) => `${state} ${count}`).sort();
        expect(states).to.deep.equal(['discarded 1', 'issued 1', 'parked 1', 'pending 1', 'waiting 1']);
      });

      it('counts nothing from before, and nothing of another tenant', async () => {
        await putAll();
        const { since } = (await admin.find('pending'))!.record;
        expect((await admin.activity('acme', since)).map(({ state, count }) => [state, count])).to.deep.equal(
          [['pending', 1]],
        );
        expect(await admin.activity('beta', 0)).to.deep.equal([]);
      });
    });
  });
}
