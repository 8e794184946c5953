import { expect } from 'chai';
import { expectAnswer, recordAnswer } from '../../src/ledger/answerstates.ts';
import type { Claim, Entry, LedgerTimes } from '../../src/ledger/ledger.ts';
import { drop, newlyParked, park, postpone, wake } from '../../src/ledger/deliveries/deliverystates.ts';
import { discard, erase, replay } from '../../src/ledger/deliveries/adminstates.ts';
import type { Correction, DiscardReason, Discardable } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { claim, markUnconfirmed, release, renew, settle, take, giveUp } from '../../src/ledger/states.ts';
import type {
  DiscardedEntry,
  IssuedEntry,
  ParkedEntry,
  PendingEntry,
  StoredContent,
  StoredDelivery,
  StoredEntry,
  UnconfirmedEntry,
  WaitingEntry,
} from '../../src/ledger/storedentry.ts';
import { type Transition, live } from '../../src/ledger/transition.ts';
import { decision } from '../support/deliveries.ts';

const times: LedgerTimes = { leaseMs: 100, settleWindowMs: 1000, retentionMs: 10_000 };
const at = (now: number) => ({ now, date: 1_000_000 + now });
const receipt = { resourceId: 7, matchedBy: 'klaviyo' };

const entry: Entry = { key: 'k', tenant: 'acme', fingerprint: 'ada', externalId: 'first' };
const again: Entry = { ...entry, externalId: 'second' };
const other: Entry = { ...again, fingerprint: 'grace' };

const fresh: PendingEntry = {
  state: 'pending',
  tenant: 'acme',
  fingerprint: 'ada',
  claimedAt: 1_000_000,
  externalId: 'first',
  owner: 'a',
  leaseEnds: 100,
  attemptedAt: null,
  attempt: 'unknown',
  isFindable: false,
  settleWindowMs: 1000,
  expiresAt: 10_000,
};
const { tenant, fingerprint, claimedAt, externalId, settleWindowMs } = fresh;
const marked: UnconfirmedEntry = {
  ...{ tenant, fingerprint, claimedAt, externalId, settleWindowMs },
  state: 'unconfirmed',
  attemptedAt: 50,
  attempt: 'refused',
  isFindable: true,
  expiresAt: 10_050,
};
const retaken: PendingEntry = { ...fresh, ...marked, state: 'pending', owner: 'b', leaseEnds: 300 };
const issued: IssuedEntry = {
  state: 'issued',
  fingerprint: 'ada',
  externalId: 'first',
  receipt,
  isAnswered: false,
  expiresAt: 10_000,
};
const answered: IssuedEntry = { ...issued, isAnswered: true, expiresAt: 500 };

const held: Claim = { key: 'k', owner: 'a', externalId: 'first', leasedUntil: 100 };

type Stored = StoredEntry | undefined;
type Row = readonly [what: string, stored: Stored, now: number, becomes: Stored, answer: unknown];

/** One test a row: what is stored, when, what is stored then, and what the call is answered. */
function table(name: string, call: (stored: Stored, now: number) => Transition<unknown>, rows: Row[]): void {
  describe(name, () => {
    for (const [what, stored, now, becomes, answer] of rows)
      it(what, () => {
        expect(call(stored, now)).to.deep.equal({ entry: becomes, answer });
      });
  });
}

const won = { result: 'won', claim: held, claimedAt };
const secondClaim = (leasedUntil: number) => ({ ...held, owner: 'c', leasedUntil });

describe('The states of an entry', () => {
  table('a claim', (stored, now) => claim(stored, { entry, owner: 'a' }, at(now), times), [
    ['is won when nothing is stored', undefined, 0, fresh, won],
    [
      'is won when what was stored is over',
      { ...issued, expiresAt: 5 },
      5,
      { ...fresh, claimedAt: 1_000_005, leaseEnds: 105, expiresAt: 10_005 },
      { result: 'won', claim: { ...held, leasedUntil: 105 }, claimedAt: 1_000_005 },
    ],
  ]);

  table('a claim by another', (stored, now) => claim(stored, { entry: again, owner: 'c' }, at(now), times), [
    ['is busy until the last moment of the lease', fresh, 99.9, fresh, { result: 'busy' }],
    [
      'is unconfirmed from the end of the lease on, which is when a create may last have been under way',
      fresh,
      100,
      { ...fresh, owner: 'c', leaseEnds: 200, attemptedAt: 100, expiresAt: 10_100 },
      {
        result: 'unconfirmed',
        claim: secondClaim(200),
        missConclusiveIn: 1000,
        attempt: 'unknown',
        claimedAt: 1_000_000,
      },
    ],
    [
      'forgets of an owner whose lease ran out that the attempt before was refused, and that it can be found',
      retaken,
      400,
      {
        ...retaken,
        owner: 'c',
        leaseEnds: 500,
        attemptedAt: 300,
        attempt: 'sent',
        isFindable: false,
        expiresAt: 10_400,
      },
      {
        result: 'unconfirmed',
        claim: secondClaim(500),
        missConclusiveIn: 900,
        attempt: 'sent',
        claimedAt: 1_000_000,
      },
    ],
    [
      'is unconfirmed after an attempt of unknown outcome, with what is known of it',
      marked,
      60,
      { ...fresh, ...marked, state: 'pending', owner: 'c', leaseEnds: 160, expiresAt: 10_060 },
      {
        result: 'unconfirmed',
        claim: secondClaim(160),
        missConclusiveIn: 990,
        attempt: 'refused',
        claimedAt: 1_000_000,
      },
    ],
    [
      'waits for the longer settle window of two settings',
      { ...marked, settleWindowMs: 5000 },
      3050,
      {
        ...fresh,
        ...marked,
        state: 'pending',
        owner: 'c',
        leaseEnds: 3150,
        settleWindowMs: 5000,
        expiresAt: 13_050,
      },
      {
        result: 'unconfirmed',
        claim: secondClaim(3150),
        missConclusiveIn: 2000,
        attempt: 'refused',
        claimedAt: 1_000_000,
      },
    ],
    [
      'is issued with the id of the first attempt once the reward exists',
      issued,
      9999,
      issued,
      { result: 'issued', receipt, externalId: 'first' },
    ],
  ]);

  table(
    'a claim for something else',
    (stored, now) => claim(stored, { entry: other, owner: 'c' }, at(now), times),
    [
      ['is busy while the first is held', fresh, 0, fresh, { result: 'busy' }],
      ['is a mismatch once the first is issued', issued, 0, issued, { result: 'mismatch' }],
      [
        'takes an unconfirmed entry over, and knows nothing of the attempt before but when it was',
        marked,
        1050,
        {
          ...fresh,
          ...marked,
          state: 'pending',
          owner: 'c',
          leaseEnds: 1150,
          fingerprint: 'grace',
          claimedAt: 1_001_050,
          attempt: 'unknown',
          expiresAt: 11_050,
        },
        {
          result: 'unconfirmed',
          claim: secondClaim(1150),
          missConclusiveIn: 0,
          attempt: 'unknown',
          claimedAt: 1_001_050,
        },
      ],
    ],
  );

  table('a renewal', (stored, now) => renew(stored, held, at(now), times), [
    [
      'starts the lease anew, even when it ran out',
      fresh,
      150,
      { ...fresh, leaseEnds: 250, expiresAt: 10_150 },
      { ...held, leasedUntil: 250 },
    ],
    ['is null once another holds it', retaken, 150, retaken, null],
    ['is null when nobody holds it', marked, 60, marked, null],
    ['is null when the reward exists', issued, 60, issued, null],
    ['is null when nothing is stored', undefined, 0, undefined, null],
    ['is null when the retention is over', fresh, 10_000, undefined, null],
  ]);

  table('settle', (stored, now) => settle(stored, { held, receipt, keepMs: 700 }, at(now)), [
    ['makes the entry issued for as long as agreed', fresh, 40, { ...issued, expiresAt: 740 }, true],
    ['holds when the lease ran out', fresh, 140, { ...issued, expiresAt: 840 }, true],
    ['does nothing once another holds it', retaken, 40, retaken, false],
    ['does nothing the second time', issued, 40, issued, false],
    ['does nothing when nothing is stored', undefined, 40, undefined, false],
  ]);

  const attempt = { held, attempt: 'refused', isFindable: true } as const;
  table('markUnconfirmed', (stored, now) => markUnconfirmed(stored, attempt, at(now), times), [
    ['makes the entry unconfirmed from now on', fresh, 50, marked, true],
    [
      'moves the last attempt',
      { ...retaken, owner: 'a' },
      80,
      { ...marked, attemptedAt: 80, expiresAt: 10_080 },
      true,
    ],
    ['does nothing once another holds it', retaken, 50, retaken, false],
    ['does nothing when the reward exists', issued, 50, issued, false],
    ['does nothing when nothing is stored', undefined, 50, undefined, false],
  ]);

  table('release', (stored, now) => release(stored, held, at(now)), [
    ['leaves nothing of a claim that was won', fresh, 50, undefined, true],
    ['goes back to unconfirmed, as it was', { ...retaken, owner: 'a' }, 80, marked, true],
    ['does nothing once another holds it', retaken, 50, retaken, false],
    ['does nothing when the reward exists', issued, 50, issued, false],
    ['does nothing when nothing is stored', undefined, 50, undefined, false],
  ]);

  const answer =
    (isSent: boolean, keepMs: number, externalId = 'first') =>
    (stored: Stored, now: number) =>
      recordAnswer(stored, { externalId, isSent, keepMs }, at(now), times);
  table('an answer that is out', answer(true, 200), [
    ['keeps for as long as agreed from now', issued, 10, { ...answered, expiresAt: 210 }, undefined],
    ['keeps longer', answered, 400, { ...answered, expiresAt: 600 }, undefined],
    ['never keeps shorter', answered, 100, answered, undefined],
    ['changes nothing of a claim', fresh, 10, fresh, undefined],
    ['changes nothing of an unconfirmed entry', marked, 10, marked, undefined],
    ['changes nothing when nothing is stored', undefined, 10, undefined, undefined],
  ]);
  table('an answer that is out and is kept for no time', answer(true, 0), [
    ['forgets the entry', issued, 10, undefined, undefined],
    ['forgets no entry that another answer keeps', answered, 10, answered, undefined],
  ]);
  table('an answer that is not out', answer(false, 200), [
    [
      'keeps for the whole retention',
      { ...issued, expiresAt: 50 },
      10,
      { ...issued, expiresAt: 10_010 },
      undefined,
    ],
    [
      'keeps an answered entry for as long as agreed',
      answered,
      400,
      { ...answered, expiresAt: 600 },
      undefined,
    ],
    ['never keeps an answered entry shorter', answered, 100, answered, undefined],
  ]);
  table('an answer that names another external_id', answer(true, 0, 'another'), [
    ['changes nothing', issued, 10, issued, undefined],
  ]);

  const expected = (externalId: string) => (stored: Stored, now: number) =>
    expectAnswer(stored, { externalId, keepMs: 60 }, at(now));
  table('an answer that is expected', expected('first'), [
    ['keeps for as long as agreed only', issued, 10, { ...issued, expiresAt: 70 }, undefined],
    ['changes nothing once an answer is out', answered, 10, answered, undefined],
    ['changes nothing of a claim', fresh, 10, fresh, undefined],
  ]);
  table('an answer that is expected for another external_id', expected('another'), [
    ['changes nothing', issued, 10, issued, undefined],
  ]);

  describe('time', () => {
    for (const stored of [fresh, marked, issued])
      it(`ends what is ${stored.state} at the end of its retention, and not before`, () => {
        expect(live(stored, at(stored.expiresAt - 0.1))).to.equal(stored);
        expect(live(stored, at(stored.expiresAt))).to.equal(undefined);
      });
  });
});

const webhook = Uint8Array.of(1);
const delivery: StoredDelivery & StoredContent = {
  ...{ id: 'd', tenant: 'acme', action: 'rewards', webhook, summary: '{}' },
  digests: { id: null, person: null, email: null },
  ...{
    since: 1_000_000,
    triedSince: null,
    attempts: 1,
    lapses: 0,
    separateAt: null,
    isAnswered: false,
    history: [],
  },
};
/** What a delivery keeps of an entry that is not done. */
const common = { tenant, fingerprint, claimedAt, externalId, settleWindowMs, delivery, expiresAt: Infinity };
const unattempted = { attempt: 'unknown', isFindable: false, attemptedAt: null } as const;
const working: PendingEntry = { ...fresh, ...common };
const waiting: WaitingEntry = {
  ...{ ...common, ...unattempted },
  ...{ state: 'waiting', reason: 'throttled', dueAt: 500 },
};
const parked: ParkedEntry = {
  ...{ ...common, ...unattempted },
  ...{ state: 'parked', reason: 'rejected', expiresAt: 9000 },
};
const done: IssuedEntry = { ...issued, delivery: { ...delivery, webhook: null } };
const lost: PendingEntry = { ...working, owner: 'b', leaseEnds: 300 };

describe('The states of a delivery', () => {
  const arrival = { at: 1_000_000, kind: 'arrived' } as const;
  const brought: Entry = {
    ...entry,
    delivery: { id: 'd', action: 'rewards', webhook, summary: '{}', digests: delivery.digests },
  };
  const ofDelivery = { ...held, deliveryId: 'd' };
  const told = { deliveryId: 'd', externalId: 'first' };
  const claimed = (owner: string, what: Entry) => (stored: Stored, now: number) =>
    claim(stored, { entry: what, owner }, at(now), times);

  table('a claim that brings its webhook', claimed('a', brought), [
    ['stores it', undefined, 0, working, { result: 'won', claim: ofDelivery, claimedAt }],
    [
      'takes over what is parked, as the same delivery',
      parked,
      0,
      { ...working, delivery: { ...delivery, attempts: 2, history: [arrival, arrival] } },
      { result: 'won', claim: ofDelivery, claimedAt },
    ],
  ]);
  table('a claim by a copy', claimed('c', again), [
    [
      'is busy while it is worked on, and told of the delivery',
      working,
      99,
      working,
      { result: 'busy', accepted: told },
    ],
    [
      'is accepted when the lease ran out: that is for a courier',
      working,
      100,
      working,
      { result: 'accepted', accepted: told },
    ],
    ['is accepted while it waits', waiting, 9e9, waiting, { result: 'accepted', accepted: told }],
    ['is issued once it is done', done, 0, done, { result: 'issued', receipt, externalId: 'first' }],
  ]);
  table('a claim for something else', claimed('c', other), [
    ['is busy while it is worked on, and told nothing', working, 99, working, { result: 'busy' }],
    ['is a mismatch while it waits', waiting, 0, waiting, { result: 'mismatch' }],
  ]);

  const separate = { ...waiting, delivery: { ...delivery, separateAt: 50 } };
  it('a claim by an equal webhook that is another one by now is won, and the first goes on without its key', () => {
    expect(
      claim(separate, { entry: { ...again, delivery: brought.delivery! }, owner: 'c' }, at(49), times).answer,
    ).to.deep.equal({ result: 'accepted', accepted: told });
    const { answer, separated } = claim(separate, { entry: again, owner: 'c' }, at(50), times);
    expect(answer).to.deep.equal({
      result: 'won',
      claim: { ...held, owner: 'c', externalId: 'second', leasedUntil: 150 },
      claimedAt: 1_000_050,
    });
    expect(separated).to.deep.equal(waiting);
  });

  const taking = (stored: Stored, now: number) => take(stored, { key: 'k', owner: 'a' }, at(now), times);
  const attempted = { ...delivery, attempts: 2 };
  const lapsed = { ...delivery, lapses: 2 };
  table('a take', taking, [
    ['takes nothing before it is due', waiting, 499, waiting, null],
    [
      'takes what is due',
      waiting,
      500,
      { ...working, leaseEnds: 600, delivery: attempted },
      { result: 'won', claim: { ...ofDelivery, leasedUntil: 600 }, claimedAt },
    ],
    ['takes nothing that is held', lost, 299, lost, null],
    [
      'takes what its holder lost, whose create may have been under way until then',
      lost,
      300,
      { ...working, leaseEnds: 400, attemptedAt: 300, delivery: { ...attempted, lapses: 1 } },
      {
        result: 'unconfirmed',
        claim: { ...ofDelivery, leasedUntil: 400 },
        ...{ missConclusiveIn: 1000, attempt: 'unknown', claimedAt: 1_000_000 },
      },
    ],
    [
      'counts one lease more that ran out with nothing recorded',
      { ...lost, delivery: lapsed },
      300,
      { ...working, leaseEnds: 400, attemptedAt: 300, delivery: { ...attempted, lapses: 3 } },
      {
        result: 'unconfirmed',
        claim: { ...ofDelivery, leasedUntil: 400 },
        ...{ missConclusiveIn: 1000, attempt: 'unknown', claimedAt: 1_000_000 },
      },
    ],
    ['takes nothing that is parked', parked, 600, parked, null],
    ['takes nothing that is done', done, 600, done, null],
    ['takes nothing whose webhook is not stored', marked, 600, marked, null],
    ['takes nothing when nothing is stored', undefined, 600, undefined, null],
  ]);

  const later = (stored: Stored, now: number) =>
    postpone(stored, { held, reason: 'throttled', dueInMs: 450 }, at(now));
  table('postpone', later, [
    ['makes it due later', working, 50, waiting, true],
    [
      'goes on counting the leases that ran out',
      { ...working, delivery: lapsed },
      50,
      { ...waiting, delivery: lapsed },
      true,
    ],
    [
      'keeps what is known of an earlier create',
      { ...working, attemptedAt: 5, attempt: 'sent' },
      50,
      { ...waiting, attemptedAt: 5, attempt: 'sent' },
      true,
    ],
    ['holds when the lease ran out', working, 100, { ...waiting, dueAt: 550 }, true],
    ['does nothing once another holds it', lost, 50, lost, false],
    ['does nothing to what is not stored', fresh, 50, fresh, false],
    ['does nothing to what is done', done, 50, done, false],
    ['does nothing when nothing is stored', undefined, 50, undefined, false],
  ]);

  const parking = { held, reason: 'rejected', keepMs: 8950 } as const;
  table('park', (stored, now) => park(stored, parking, at(now)), [
    ['keeps it for a human, for so long', working, 50, parked, true],
    ['begins to count leases that ran out anew', { ...working, delivery: lapsed }, 50, parked, true],
    ['does nothing once another holds it', lost, 50, lost, false],
    ['does nothing to what waits', waiting, 50, waiting, false],
    ['does nothing to what is not stored', fresh, 50, fresh, false],
  ]);
  table(
    'park after a create of unknown outcome',
    (stored, now) => park(stored, { ...parking, attempt: 'refused' }, at(now)),
    [
      [
        'remembers when that was, and what is known',
        working,
        50,
        { ...parked, attempt: 'refused', attemptedAt: 50 },
        true,
      ],
    ],
  );

  table('drop', (stored, now) => drop(stored, { held }, at(now)), [
    ['forgets it', working, 50, undefined, true],
    ['does nothing once another holds it', lost, 50, lost, false],
    ['does nothing to what is not stored', fresh, 50, fresh, false],
  ]);

  const begun = { ...delivery, since: 1_000_060, attempts: 0 };
  const due = { ...waiting, dueAt: 60 };
  const event = (kind: 'replayed' | 'corrected' | 'discarded' | 'erased') => ({
    at: 1_000_060,
    kind,
    ...decision,
  });
  const replayed: WaitingEntry = {
    ...{ ...due, reason: 'replayed' },
    delivery: { ...begun, history: [arrival, event('replayed')] },
  };
  table('replay', (stored, now) => replay(stored, { decision }, at(now)), [
    ['makes it due now, as if it had just been accepted', parked, 60, replayed, true],
    ['changes nothing that waits', waiting, 60, waiting, false],
    ['changes nothing that is worked on', working, 60, working, false],
    ['changes nothing that is done', done, 60, done, false],
    ['changes nothing when its time is over', parked, 9000, undefined, false],
    ['changes nothing when nothing is stored', undefined, 60, undefined, false],
  ]);

  const digests = { id: 'i', person: 'p', email: 'e' };
  const better: Correction = {
    webhook: Uint8Array.of(2),
    summary: '{"amount":2}',
    digests,
    fingerprint: 'grace',
  };
  const corrected = { ...begun, ...{ webhook: better.webhook, summary: better.summary, digests } };
  const sent = { attemptedAt: 5, attempt: 'sent', isFindable: true } as const;
  const correction: WaitingEntry = {
    ...replayed,
    ...{ fingerprint: 'grace', claimedAt: 1_000_060 },
    delivery: { ...corrected, history: [arrival, event('corrected')] },
  };
  table('a correction', (stored, now) => replay(stored, { decision, correction: better }, at(now)), [
    ['puts another webhook in the place of the parked one', parked, 60, correction, true],
    [
      'knows of an earlier create of the other webhook but when it was',
      { ...parked, ...sent },
      60,
      { ...correction, ...sent, attempt: 'unknown' },
      true,
    ],
    [
      'keeps what is known of an earlier create that asked for the same',
      { ...parked, ...sent, fingerprint: 'grace' },
      60,
      { ...correction, ...sent, claimedAt: 1_000_000 },
      true,
    ],
    [
      'gives no fingerprint to what never had a key of its own',
      { ...parked, fingerprint: '' },
      60,
      { ...correction, fingerprint: '', claimedAt: 1_000_000 },
      true,
    ],
    ['changes nothing that waits', waiting, 60, waiting, false],
  ]);
  const given = { ...parked, reason: 'gave_up', expiresAt: 9000 } as const;
  table('giveUp', (stored, now) => giveUp(stored, 9000 - now, at(now)), [
    ['parks what is due', waiting, 500, given, true],
    [
      'parks what its holder lost, whose create may have been under way until then',
      { ...lost, attempt: 'refused', delivery: lapsed },
      300,
      { ...given, attempt: 'sent', attemptedAt: 300 },
      true,
    ],
    ['does nothing before it is due', waiting, 499, waiting, false],
    ['does nothing to what is held', lost, 299, lost, false],
    ['does nothing to what is parked', parked, 600, parked, false],
    ['does nothing to what is not stored', marked, 600, marked, false],
  ]);

  const ended = (reason: DiscardReason): DiscardedEntry => ({
    ...{ ...common, ...unattempted },
    ...{ state: 'discarded', reason, expiresAt: 10_060 },
    delivery: { ...delivery, webhook: null, history: [event(reason === 'erased' ? 'erased' : 'discarded')] },
  });
  const discarded = ended('decided');
  const discarding = (what: Discardable) => (stored: Stored, now: number) =>
    discard(stored, { decision, what }, at(now), times);
  table('discard of what may wait', discarding('unfinished'), [
    [
      'ends what is parked, without its webhook, and remembers it for the retention',
      parked,
      60,
      discarded,
      true,
    ],
    ['ends what waits', waiting, 60, discarded, true],
    [
      'keeps what is known of a create of unknown outcome',
      { ...waiting, ...sent },
      60,
      { ...discarded, ...sent },
      true,
    ],
    ['changes nothing that is worked on', working, 60, working, false],
    ['changes nothing that is done', done, 60, done, false],
    ['changes nothing that is discarded', discarded, 60, discarded, false],
    ['changes nothing when its time is over', parked, 9000, undefined, false],
    ['changes nothing whose webhook is not stored', marked, 60, marked, false],
  ]);
  table('discard of what is parked', discarding('parked'), [
    ['ends what is parked', parked, 60, discarded, true],
    ['changes nothing that waits', waiting, 60, waiting, false],
  ]);
  const heldBack: WaitingEntry = { ...waiting, reason: 'held' };
  table('discard of what is held', discarding('held'), [
    ['ends what is held', heldBack, 60, discarded, true],
    ['changes nothing that waits for anything else', waiting, 60, waiting, false],
    ['changes nothing that is parked', parked, 60, parked, false],
    ['changes nothing that is worked on', working, 60, working, false],
  ]);

  const found = <E extends { delivery?: StoredDelivery }>(entry: E): E => ({
    ...entry,
    ...(entry.delivery && { delivery: { ...entry.delivery, digests } }),
  });
  const nobodys = { id: null, person: null, email: null };
  table('erase', (stored, now) => erase(stored, { decision }, at(now), times), [
    ['ends what waits, which nothing finds any more', found(waiting), 60, ended('erased'), true],
    ['ends what is parked', found(parked), 60, ended('erased'), true],
    [
      'leaves what is done known as issued',
      found(done),
      60,
      { ...done, delivery: { ...done.delivery!, digests: nobodys, history: [event('erased')] } },
      true,
    ],
    [
      'leaves what is discarded so, for as long as before',
      found(discarded),
      60,
      { ...discarded, delivery: { ...discarded.delivery!, history: [event('discarded'), event('erased')] } },
      true,
    ],
    ['changes nothing that is worked on', working, 60, working, false],
    ['changes nothing whose webhook is not stored', marked, 60, marked, false],
  ]);

  table(
    'a claim that brings its webhook, of what is discarded',
    claimed('c', { ...brought, externalId: 'second' }),
    [
      [
        'takes it over as the same delivery, which has arrived again',
        discarded,
        160,
        {
          ...{ ...working, owner: 'c', leaseEnds: 260 },
          delivery: {
            ...{ ...delivery, since: 1_000_160, attempts: 2 },
            history: [arrival, event('discarded'), { at: 1_000_160, kind: 'arrived' }],
          },
        },
        { result: 'won', claim: { ...ofDelivery, owner: 'c', leasedUntil: 260 }, claimedAt },
      ],
    ],
  );
  table('a claim by a copy, of what is discarded', claimed('c', again), [
    [
      'knows of an earlier create, and is of no delivery: nothing is left that could be delivered',
      { ...discarded, ...sent },
      160,
      {
        ...{ ...fresh, ...sent },
        ...{ owner: 'c', leaseEnds: 260, expiresAt: 10_160 },
      },
      {
        result: 'unconfirmed',
        claim: secondClaim(260),
        ...{ missConclusiveIn: 845, attempt: 'sent', claimedAt: 1_000_000 },
      },
    ],
  ]);

  const note = { result: 'throttled', code: 'overloaded', omneoStatus: 429, tookMs: 12 } as const;
  const noted = (now: number) => ({
    ...delivery,
    history: [{ at: 1_000_000 + now, kind: 'attempted', ...note }],
  });
  for (const [what, call] of [
    [
      'postpone',
      (stored: Stored) => postpone(stored, { held, reason: 'throttled', dueInMs: 1, note }, at(50)),
    ],
    ['park', (stored: Stored) => park(stored, { ...parking, note }, at(50))],
    ['settle', (stored: Stored) => settle(stored, { held, receipt, keepMs: 1, note }, at(50))],
    [
      'markUnconfirmed',
      (stored: Stored) =>
        markUnconfirmed(stored, { held, attempt: 'sent', isFindable: true, note }, at(50), times),
    ],
  ] as const)
    it(`keep a note of the attempt that ${what} ends among the events of a delivery`, () => {
      expect(call(working).entry?.delivery?.history).to.deep.equal(noted(50).history);
      expect(call(fresh).entry ?? {}).to.not.have.property('delivery');
    });

  table('wake', (stored, now) => wake(stored, at(now)), [
    ['makes it due now', waiting, 60, due, true],
    ['changes nothing that is due', waiting, 500, waiting, false],
    ['changes nothing that is worked on', working, 60, working, false],
    ['changes nothing that is parked', parked, 60, parked, false],
  ]);

  table(
    'markUnconfirmed',
    (stored, now) => markUnconfirmed(stored, { held, attempt: 'refused', isFindable: true }, at(now), times),
    [
      [
        'makes it due when the settle window is over',
        working,
        50,
        {
          ...waiting,
          reason: 'unconfirmed',
          dueAt: 1050,
          attemptedAt: 50,
          attempt: 'refused',
          isFindable: true,
        },
        true,
      ],
    ],
  );
  table('release', (stored, now) => release(stored, held, at(now)), [
    ['makes it due at once', working, 60, { ...due, reason: 'unavailable' }, true],
  ]);
  table('renew', (stored, now) => renew(stored, ofDelivery, at(now), times), [
    [
      'never lets its time be over',
      working,
      50,
      { ...working, leaseEnds: 150 },
      { ...ofDelivery, leasedUntil: 150 },
    ],
  ]);
  table('settle', (stored, now) => settle(stored, { held, receipt, keepMs: 9960 }, at(now)), [
    ['erases the webhook', working, 40, done, true],
  ]);

  describe('in the outbox', () => {
    const outbox = { since: 1_000_040, dueAt: 40 };
    const { delivery: itsDelivery, ...bare } = done;
    const unsent = { ...done, outbox, delivery: { ...done.delivery!, webhook } };
    table(
      'settle',
      (stored, now) => settle(stored, { held, receipt, keepMs: 9960, toOutbox: true }, at(now)),
      [
        ['keeps the webhook, and says since when', working, 40, unsent, true],
        ['puts nothing into it that is no delivery', fresh, 40, bare, true],
      ],
    );
    const parkedUnsent = { ...parked, outbox };
    table('replay', (stored, now) => replay(stored, { decision }, at(now)), [
      ['takes it out', parkedUnsent, 60, replay(parked, { decision }, at(60)).entry, true],
    ]);
    table('discard', (stored, now) => discard(stored, { decision, what: 'parked' }, at(now), times), [
      [
        'takes it out',
        parkedUnsent,
        60,
        discard(parked, { decision, what: 'parked' }, at(60), times).entry,
        true,
      ],
    ]);
    table('erase', (stored, now) => erase(stored, { decision }, at(now), times), [
      ['takes out what is done', unsent, 60, erase(done, { decision }, at(60), times).entry, true],
      ['takes out what is parked', parkedUnsent, 60, erase(parked, { decision }, at(60), times).entry, true],
    ]);
  });

  it('is parked as it came without a claim, and no create of it was ever under way', () => {
    const { id, action, summary, digests } = delivery;
    const storing = { id, action, webhook, summary, digests };
    const stored = newlyParked({ key: 'p', tenant, reason: 'rejected', delivery: storing }, 9000, at(0));
    expect(stored).to.deep.equal({
      ...parked,
      ...{ fingerprint: '', externalId: '', settleWindowMs: 0 },
      delivery: { ...delivery, attempts: 0 },
    });
    expect(
      take(replay(stored, { decision }, at(0)).entry, { key: 'p', owner: 'a' }, at(0), times).answer?.result,
    ).to.equal('won');
  });

  const recorded =
    (isSent: boolean) =>
    (stored: Stored, now: number): Transition<unknown> =>
      recordAnswer(stored, { externalId: 'first', isSent, keepMs: 20 }, at(now), times);
  const separateAt = (ms: number | null, isAnswered: boolean) => ({
    ...waiting,
    delivery: { ...delivery, separateAt: ms, isAnswered },
  });
  table('an answer that is out', recorded(true), [
    [
      'leaves the key to equal webhooks when its time is over',
      separateAt(900, false),
      10,
      separateAt(30, true),
      undefined,
    ],
    [
      'leaves it later after another answer, and never sooner',
      separateAt(25, true),
      10,
      separateAt(30, true),
      undefined,
    ],
    ['leaves it no sooner', separateAt(900, true), 10, separateAt(900, true), undefined],
  ]);
  table('an answer that is not out', recorded(false), [
    ['keeps the key for the retry', separateAt(900, false), 10, separateAt(null, false), undefined],
  ]);
  table(
    'an answer that is expected',
    (stored, now) => expectAnswer(stored, { externalId: 'first', keepMs: 60 }, at(now)),
    [
      [
        'leaves the key when nothing more is heard of it',
        separateAt(null, false),
        10,
        separateAt(70, false),
        undefined,
      ],
      ['changes nothing once an answer is out', separateAt(30, true), 10, separateAt(30, true), undefined],
    ],
  );
});
