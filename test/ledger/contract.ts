/** What every ledger does, written once: one test a sentence of the interface. */
import { expect } from 'chai';
import type {
  Claim,
  ClaimResult,
  UnconfirmedAttempt,
  Entry,
  Ledger,
  LedgerTimes,
  Receipt,
} from '../../src/ledger/ledger.ts';

/** A ledger of one test's own, empty. */
export type LedgerUnderTest = Readonly<{
  ledger: Ledger;
  /** Moves the ledger's clock, and that of the holders of its claims. */
  advance: (ms: number) => Promise<void>;
  /** What the holders' monotonic clock says. */
  now: () => number;
  /** How far real time may carry its clock on by itself within one test, in milliseconds. */
  driftMs: number;
}>;

export type MakeLedger = (options: { times: LedgerTimes; maxEntries?: number }) => Promise<LedgerUnderTest>;

export const times: LedgerTimes = Object.freeze({
  leaseMs: 30_000,
  settleWindowMs: 120_000,
  retentionMs: 600_000,
});
/** A holder may count its lease shorter, since its clock may run slower than the ledger's. */
const leastMs = 0.99 * times.leaseMs;
export const receipt: Receipt = Object.freeze({ resourceId: 7, matchedBy: 'klaviyo' });

/** What is known of most creates whose outcome is unknown. */
export const unconfirmed: UnconfirmedAttempt = Object.freeze({ attempt: 'sent', isFindable: true });

/** An entry like one that a webhook makes. */
export function entryOf(key: string, changes: Partial<Entry> = {}): Entry {
  return { key: `acme/id/${key}`, tenant: 'acme', fingerprint: 'ada-42-10', externalId: key, ...changes };
}

/** The claim of a result that has one. */
export function claimOf(result: ClaimResult): Claim {
  if (!('claim' in result)) throw new Error(`expected a claim, got ${result.result}`);
  return result.claim;
}

function missConclusiveIn(result: ClaimResult): number {
  if (result.result !== 'unconfirmed') throw new Error(`expected unconfirmed, got ${result.result}`);
  return result.missConclusiveIn;
}

/** Holds a ledger against its contract. */
export function ledgerContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} keeps the contract of a ledger`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    const entry = entryOf('order-1', { isGenerated: true });
    const win = async (what: Entry = entry): Promise<Claim> => {
      const result = await ledger.claim(what);
      expect(result.result).to.equal('won');
      return claimOf(result);
    };
    const expectWindow = (result: ClaimResult, left: number): void => {
      expect(missConclusiveIn(result)).to.be.within(Math.max(0, left - made.driftMs), left);
    };

    beforeEach(async () => {
      made = await makeLedger({ times });
      ledger = made.ledger;
    });
    afterEach(() => ledger.close());

    describe('claim', () => {
      it('is won when no create was ever attempted under the key', async () => {
        const result = await ledger.claim(entry);
        expect(result.result).to.equal('won');
        expect(claimOf(result)).to.include({ key: entry.key, externalId: entry.externalId });
      });

      it('is won by one of many who ask at once, and the others are told busy', async () => {
        const results = await Promise.all(Array.from({ length: 50 }, () => ledger.claim(entry)));
        expect(results.filter(({ result }) => result === 'won')).to.have.length(1);
        expect(results.filter(({ result }) => result === 'busy')).to.have.length(49);
      });

      it("leases for the time agreed, on the holder's clock and never for longer", async () => {
        const asked = made.now();
        const { leasedUntil } = await win();
        expect(leasedUntil).to.be.within(asked + leastMs, asked + times.leaseMs + made.driftMs);
        expect(leasedUntil).to.be.at.most(made.now() + times.leaseMs);
      });

      it('gives every holder a name of its own', async () => {
        const first = await win(entryOf('a'));
        const second = await win(entryOf('b'));
        expect(first.owner).not.to.equal(second.owner);
      });

      it('is busy while somebody else holds the entry', async () => {
        await win();
        await made.advance(times.leaseMs - 1 - made.driftMs);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      });

      it('is issued once the reward exists, with what is left of it', async () => {
        await ledger.settle(await win(), receipt);
        const again = await ledger.claim({ ...entry, externalId: 'another' });
        expect(again).to.deep.equal({ result: 'issued', receipt, externalId: entry.externalId });
      });

      it('gives the reward its id back as it was, a number of any length or a text', async () => {
        const ids = [
          0,
          9_007_199_254_740_991,
          9_007_199_254_740_993n,
          10n ** 40n,
          '0',
          '12',
          'a "b" {c} é',
          '7'.repeat(40),
        ];
        for (const [n, resourceId] of ids.entries()) {
          const one = entryOf(`reward-${n}`);
          const matchedBy = 'email';
          await ledger.settle(await win(one), { resourceId, matchedBy });
          expect(await ledger.claim(one)).to.have.deep.property('receipt', { resourceId, matchedBy });
        }
      });

      describe('for something else under the same key', () => {
        const other = { ...entry, fingerprint: 'grace-42-10' };

        it('is a mismatch once the first was issued', async () => {
          await ledger.settle(await win(), receipt);
          expect(await ledger.claim(other)).to.deep.equal({ result: 'mismatch' });
        });

        it('is busy while the first is under way: it may still come to nothing', async () => {
          const claim = await win();
          expect(await ledger.claim(other)).to.deep.equal({ result: 'busy' });
          await ledger.release(claim);
          await win(other);
        });

        for (const [what, end] of [
          ['has an unknown outcome', (claim: Claim) => ledger.markUnconfirmed(claim, unconfirmed)],
          ['has let its lease run out', () => made.advance(times.leaseMs)],
        ] as const) {
          it(`is unconfirmed when the first ${what}: what Omneo shows will decide`, async () => {
            await end(await win());
            const taken = await ledger.claim(other);
            expectWindow(taken, times.settleWindowMs);
            expect(taken).to.include({ attempt: 'unknown' });
          });
        }

        it('takes the entry over, which is then a mismatch for the first', async () => {
          await ledger.markUnconfirmed(await win(), unconfirmed);
          await ledger.settle(claimOf(await ledger.claim(other)), receipt);
          expect(await ledger.claim(entry)).to.deep.equal({ result: 'mismatch' });
          expect((await ledger.claim(other)).result).to.equal('issued');
        });

        it('leaves the entry unconfirmed when nothing came of it', async () => {
          await ledger.markUnconfirmed(await win(), unconfirmed);
          await made.advance(50_000);
          await ledger.release(claimOf(await ledger.claim(other)));
          expectWindow(await ledger.claim(entry), times.settleWindowMs - 50_000);
        });
      });

      it('of one key says nothing about another', async () => {
        await ledger.settle(await win(), receipt);
        await win(entryOf('order-2'));
        await win({ ...entry, key: 'globex/id/order-1' });
      });
    });

    describe('a lease that ran out', () => {
      it('makes the entry unconfirmed: its create may still be on the way', async () => {
        const { owner } = await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim(entry));
        expect(taken.owner).not.to.equal(owner);
        expect(taken.leasedUntil).to.be.within(
          made.now() + leastMs - made.driftMs,
          made.now() + times.leaseMs,
        );
      });

      it("counts the settle window from the lease's end", async () => {
        await win();
        await made.advance(times.leaseMs + 50_000);
        expectWindow(await ledger.claim(entry), times.settleWindowMs - 50_000);
      });

      it('is believed not to have issued once the settle window has passed', async () => {
        await win();
        await made.advance(times.leaseMs + times.settleWindowMs);
        expect(missConclusiveIn(await ledger.claim(entry))).to.equal(0);
      });

      it('is taken over by one of many who ask at once', async () => {
        await win();
        await made.advance(times.leaseMs);
        const results = await Promise.all(Array.from({ length: 50 }, () => ledger.claim(entry)));
        expect(results.filter(({ result }) => result === 'unconfirmed')).to.have.length(1);
        expect(results.filter(({ result }) => result === 'busy')).to.have.length(49);
      });

      it('counts anew when the one who took over is gone too', async () => {
        await win();
        await made.advance(times.leaseMs + times.settleWindowMs);
        expect(missConclusiveIn(await ledger.claim(entry))).to.equal(0);
        await made.advance(times.leaseMs);
        expectWindow(await ledger.claim(entry), times.settleWindowMs);
      });

      it('keeps the external_id of the first attempt', async () => {
        await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim({ ...entry, externalId: 'another' }));
        expect(taken.externalId).to.equal(entry.externalId);
        await ledger.settle(taken, receipt);
        expect(await ledger.claim(entry)).to.include({ result: 'issued', externalId: entry.externalId });
      });
    });

    describe('renew', () => {
      it('starts the lease anew', async () => {
        const claim = await win();
        await made.advance(times.leaseMs - 10_000);
        const asked = made.now();
        const renewed = await ledger.renew(claim);
        expect(renewed).to.deep.include({ key: claim.key, owner: claim.owner, externalId: claim.externalId });
        expect(renewed?.leasedUntil).to.be.within(asked + leastMs, asked + times.leaseMs + made.driftMs);
        await made.advance(times.leaseMs - 1 - made.driftMs);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
        await made.advance(1 + made.driftMs);
        expectWindow(await ledger.claim(entry), times.settleWindowMs);
      });

      it('renews a claim whose lease ran out, as long as nobody else holds it', async () => {
        const claim = await win();
        await made.advance(times.leaseMs + 1);
        expect(await ledger.renew(claim)).to.include({ owner: claim.owner });
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      });

      it('gives null once somebody else holds the key, and leaves that one its claim', async () => {
        const slow = await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim(entry));
        expect(await ledger.renew(slow)).to.equal(null);
        expect(await ledger.renew(taken)).not.to.equal(null);
      });

      it('gives null after settle, an unknown outcome, release and when nothing is known of the claim', async () => {
        const ends: ((claim: Claim) => Promise<unknown>)[] = [
          (claim) => ledger.settle(claim, receipt),
          (claim) => ledger.markUnconfirmed(claim, unconfirmed),
          (claim) => ledger.release(claim),
          () => made.advance(times.retentionMs),
        ];
        for (const [n, end] of ends.entries()) {
          const claim = await win(entryOf(`ended-${n}`));
          await end(claim);
          expect(await ledger.renew(claim)).to.equal(null);
        }
      });
    });

    describe('settle', () => {
      it('is true for the holder, and false the second time', async () => {
        const claim = await win();
        expect(await ledger.settle(claim, receipt)).to.equal(true);
        expect(await ledger.settle(claim, { ...receipt, resourceId: 8 })).to.equal(false);
        expect(await ledger.claim(entry)).to.have.deep.property('receipt', receipt);
      });

      it('settles a claim whose lease ran out, as long as nobody else holds it', async () => {
        const claim = await win();
        await made.advance(times.leaseMs + 1);
        expect(await ledger.settle(claim, receipt)).to.equal(true);
      });

      it('is false and does nothing once somebody else holds the key', async () => {
        const slow = await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim(entry));
        expect(await ledger.settle(slow, receipt)).to.equal(false);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
        expect(await ledger.settle(taken, { ...receipt, resourceId: 8 })).to.equal(true);
      });

      it('keeps the entry for as long as it is told, if it is told', async () => {
        await ledger.settle(await win(), receipt, 20_000);
        await made.advance(20_000 - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        await win();
      });

      it('settles an unconfirmed entry', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await ledger.settle(claimOf(await ledger.claim(entry)), receipt);
        expect((await ledger.claim(entry)).result).to.equal('issued');
      });
    });

    describe('markUnconfirmed', () => {
      it('makes the entry unconfirmed from now on, without waiting for the lease', async () => {
        const claim = await win();
        await made.advance(10_000);
        await ledger.markUnconfirmed(claim, unconfirmed);
        expectWindow(await ledger.claim(entry), times.settleWindowMs);
      });

      it('counts the settle window from the unknown outcome', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await made.advance(50_000);
        expectWindow(await ledger.claim(entry), times.settleWindowMs - 50_000);
      });

      it('moves the last attempt of an unconfirmed entry', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await made.advance(times.settleWindowMs);
        await ledger.markUnconfirmed(claimOf(await ledger.claim(entry)), unconfirmed);
        expectWindow(await ledger.claim(entry), times.settleWindowMs);
      });

      it('keeps the external_id of the first attempt', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        expect(claimOf(await ledger.claim({ ...entry, externalId: 'another' })).externalId).to.equal(
          entry.externalId,
        );
      });

      describe('remembers what is known of the attempt', () => {
        const attemptAt = async (): Promise<unknown> => {
          const result = await ledger.claim(entry);
          return result.result === 'unconfirmed' ? result.attempt : result.result;
        };

        for (const attempt of ['sent', 'refused'] as const) {
          it(`${attempt}, until the next unknown outcome`, async () => {
            await ledger.markUnconfirmed(await win(), { attempt, isFindable: true });
            const again = await ledger.claim(entry);
            expect(again).to.include({ result: 'unconfirmed', attempt });
            await ledger.release(claimOf(again));
            const third = await ledger.claim(entry);
            expect(third).to.include({ attempt });
            const other = attempt === 'sent' ? 'refused' : 'sent';
            await ledger.markUnconfirmed(claimOf(third), { attempt: other, isFindable: true });
            expect(await attemptAt()).to.equal(other);
          });
        }

        it('nothing when a lease ran out and nothing was known before', async () => {
          await win();
          await made.advance(times.leaseMs);
          expect(await attemptAt()).to.equal('unknown');
        });

        it('that one was sent, no longer that it was refused, when the lease of the next ran out', async () => {
          await ledger.markUnconfirmed(await win(), { attempt: 'refused', isFindable: true });
          await ledger.claim(entry);
          await made.advance(times.leaseMs);
          expect(await attemptAt()).to.equal('sent');
        });

        it('when it was first made, until something else takes the entry over', async () => {
          const sinceOf = (result: ClaimResult): number =>
            'claimedAt' in result ? result.claimedAt : Number.NaN;
          const won = await ledger.claim(entry);
          const since = sinceOf(won);
          expect(since).to.be.above(0);
          await ledger.markUnconfirmed(claimOf(won), unconfirmed);
          const first = await ledger.claim(entry);
          expect(Math.abs(sinceOf(first) - since)).to.be.at.most(made.driftMs);
          await made.advance(5_000);
          await ledger.markUnconfirmed(claimOf(first), unconfirmed);
          const second = await ledger.claim(entry);
          expect(Math.abs(sinceOf(second) - since)).to.be.at.most(1);
          await ledger.release(claimOf(second));
          expect(sinceOf(await ledger.claim({ ...entry, fingerprint: 'grace-42-10' }))).to.be.at.least(since);
        });

        it('nothing any more once something else has taken the entry over', async () => {
          await ledger.markUnconfirmed(await win(), unconfirmed);
          await ledger.release(claimOf(await ledger.claim({ ...entry, fingerprint: 'grace-42-10' })));
          expect(await attemptAt()).to.equal('unknown');
        });
      });

      it('does nothing once somebody else holds the key, or the reward exists', async () => {
        const slow = await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim(entry));
        await ledger.markUnconfirmed(slow, unconfirmed);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
        await ledger.settle(taken, receipt);
        await ledger.markUnconfirmed(taken, unconfirmed);
        expect((await ledger.claim(entry)).result).to.equal('issued');
      });
    });

    describe('release', () => {
      it('leaves nothing of a claim that was won', async () => {
        await ledger.release(await win());
        const other = { ...entry, fingerprint: 'grace-42-10', externalId: 'another' };
        expect((await win(other)).externalId).to.equal('another');
      });

      it('leaves an unconfirmed entry unconfirmed, without moving its last attempt', async () => {
        await ledger.markUnconfirmed(await win(), unconfirmed);
        await made.advance(50_000);
        await ledger.release(claimOf(await ledger.claim(entry)));
        await made.advance(20_000);
        expectWindow(await ledger.claim(entry), times.settleWindowMs - 70_000);
      });

      it('leaves an entry whose lease ran out unconfirmed', async () => {
        await win();
        await made.advance(times.leaseMs);
        await ledger.release(claimOf(await ledger.claim(entry)));
        expectWindow(await ledger.claim(entry), times.settleWindowMs);
      });

      it('does nothing once somebody else holds the key, or the reward exists', async () => {
        const slow = await win();
        await made.advance(times.leaseMs);
        const taken = claimOf(await ledger.claim(entry));
        await ledger.release(slow);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
        await ledger.settle(taken, receipt);
        await ledger.release(taken);
        expect((await ledger.claim(entry)).result).to.equal('issued');
      });

      it('does nothing the second time, though the key was won by another since', async () => {
        const first = await win();
        await ledger.release(first);
        await win();
        await ledger.release(first);
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      });
    });

    describe('recordAnswer', () => {
      it('counts from now, whatever was agreed before', async () => {
        await ledger.settle(await win(), receipt);
        await made.advance(50_000);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 20_000 });
        await made.advance(20_000 - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        await win();
      });

      it('keeps for the whole retention when an answer is not out', async () => {
        await ledger.settle(await win(), receipt, 20_000);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: false, keepMs: 20_000 });
        await made.advance(times.retentionMs - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        await win();
      });

      it('keeps for the whole retention no more once an answer is out, whichever is heard last', async () => {
        await ledger.settle(await win(), receipt, 90_000);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 20_000 });
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: false, keepMs: 10_000 });
        await made.advance(20_000 - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        await win();
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: false, keepMs: 20_000 });
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      });

      for (const isSent of [true, false])
        it(`keeps longer, never shorter, when the next answer is ${isSent ? '' : 'not '}out`, async () => {
          await ledger.settle(await win(), receipt);
          await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 20_000 });
          await made.advance(10_000);
          await ledger.recordAnswer(entry.key, entry.externalId, { isSent, keepMs: 20_000 });
          await ledger.recordAnswer(entry.key, entry.externalId, { isSent, keepMs: 10_000 });
          await made.advance(20_000 - 1 - made.driftMs);
          expect((await ledger.claim(entry)).result).to.equal('issued');
          await made.advance(1 + made.driftMs);
          await win();
        });

      it('forgets an issued entry, so that an equal webhook is a new one', async () => {
        await ledger.settle(await win(), receipt);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 0 });
        expect((await win({ ...entry, externalId: 'another' })).externalId).to.equal('another');
      });

      it('leaves alone what was issued since with another external_id', async () => {
        await ledger.settle(await win({ ...entry, externalId: 'another' }), receipt);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 0 });
        expect((await ledger.claim(entry)).result).to.equal('issued');
      });

      it('leaves alone what is under way, unconfirmed or unknown', async () => {
        const claim = await win();
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 0 });
        expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
        await ledger.markUnconfirmed(claim, unconfirmed);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 0 });
        expect((await ledger.claim(entry)).result).to.equal('unconfirmed');
        await ledger.recordAnswer('acme/id/unknown', 'unknown', { isSent: true, keepMs: 0 });
      });
    });

    describe('expectAnswer', () => {
      const settled = async (): Promise<void> => {
        await ledger.settle(await win(), receipt);
      };
      const isIssuedUntil = async (ms: number): Promise<void> => {
        await made.advance(ms - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('won');
      };

      it('keeps for as long as agreed only, until the outcome of the answer is heard of', async () => {
        await settled();
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: false, keepMs: 0 });
        await ledger.expectAnswer(entry.key, entry.externalId, 60_000);
        await isIssuedUntil(60_000);
      });

      it('keeps for the whole retention again when the answer is not out', async () => {
        await settled();
        await ledger.expectAnswer(entry.key, entry.externalId, 60_000);
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: false, keepMs: 0 });
        await isIssuedUntil(times.retentionMs);
      });

      it('changes nothing once an answer is out', async () => {
        await settled();
        await ledger.recordAnswer(entry.key, entry.externalId, { isSent: true, keepMs: 20_000 });
        await ledger.expectAnswer(entry.key, entry.externalId, 60_000);
        await isIssuedUntil(20_000);
      });

      it('leaves alone what was issued since with another external_id, and what is not issued', async () => {
        const claim = claimOf(await ledger.claim({ ...entry, externalId: 'gw-2' }));
        await ledger.expectAnswer(entry.key, 'gw-2', 1000);
        await ledger.settle(claim, receipt);
        await ledger.expectAnswer(entry.key, entry.externalId, 1000);
        await ledger.expectAnswer('acme/body/unknown', entry.externalId, 1000);
        await isIssuedUntil(times.retentionMs);
      });
    });

    describe('peek', () => {
      it('sees what a claim would find, and claims nothing', async () => {
        const seen = () => ledger.peek(entry.key);
        expect(await seen()).to.deep.equal({ state: 'none' });
        const claim = await win();
        expect(await seen()).to.deep.equal({ state: 'open' });
        await ledger.markUnconfirmed(claim, unconfirmed);
        expect(await seen()).to.deep.equal({ state: 'open' });
        await ledger.settle(claimOf(await ledger.claim(entry)), receipt);
        expect(await seen()).to.deep.equal({ state: 'issued', receipt });
        await made.advance(times.retentionMs);
        expect(await seen()).to.deep.equal({ state: 'none' });
      });

      it('sees one as open whose lease ran out, and none that was released', async () => {
        const claim = await win();
        await made.advance(times.leaseMs);
        expect(await ledger.peek(entry.key)).to.deep.equal({ state: 'open' });
        await ledger.release(claim);
        expect(await ledger.peek(entry.key)).to.deep.equal({ state: 'none' });
      });
    });

    describe('recordMax', () => {
      it('records the largest value under a name, for as long as agreed', async () => {
        expect(await ledger.readMax('a')).to.equal(0);
        await ledger.recordMax('a', 7);
        await ledger.recordMax('a', 3);
        expect(await ledger.readMax('a')).to.equal(7);
        await ledger.recordMax('a', 12);
        expect([await ledger.readMax('a'), await ledger.readMax('b')]).to.deep.equal([12, 0]);
      });

      it('keeps it for longer if it is asked to, and never for less than it was asked to before', async () => {
        await ledger.recordMax('a', 7, 3 * times.retentionMs);
        await ledger.recordMax('a', 3);
        await made.advance(2 * times.retentionMs);
        expect(await ledger.readMax('a')).to.equal(7);
      });
    });

    describe('retention', () => {
      it('keeps an issued entry as long as agreed, and no longer', async () => {
        await ledger.settle(await win(), receipt);
        await made.advance(times.retentionMs - 1 - made.driftMs);
        expect((await ledger.claim(entry)).result).to.equal('issued');
        await made.advance(1 + made.driftMs);
        await win();
      });

      it('keeps an unconfirmed entry as long as agreed after its last change, and no longer', async () => {
        const claim = await win();
        await made.advance(20_000);
        await ledger.markUnconfirmed(claim, unconfirmed);
        await made.advance(times.retentionMs - 1 - made.driftMs);
        await ledger.release(claimOf(await ledger.claim(entry)));
        await made.advance(times.retentionMs - 1 - made.driftMs);
        await ledger.renew(claimOf(await ledger.claim(entry)));
        await made.advance(times.retentionMs);
        await win();
      });
    });
  });
}
