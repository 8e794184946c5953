import { expect } from 'chai';
import { expectAnswer, recordAnswer } from '../../src/ledger/answerstates.ts';
import type { Claim, Entry, LedgerTimes } from '../../src/ledger/ledger.ts';
import { claim, markUnconfirmed, release, renew, settle } from '../../src/ledger/states.ts';
import type {
  IssuedEntry,
  PendingEntry,
  StoredEntry,
  UnconfirmedEntry,
} from '../../src/ledger/storedentry.ts';
import { type Transition, live } from '../../src/ledger/transition.ts';

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

const won = { result: 'won', claim: held };
const secondClaim = (leasedUntil: number) => ({ ...held, owner: 'c', leasedUntil });

describe('The states of an entry', () => {
  table('a claim', (stored, now) => claim(stored, { entry, owner: 'a' }, at(now), times), [
    ['is won when nothing is stored', undefined, 0, fresh, won],
    [
      'is won when what was stored is over',
      { ...issued, expiresAt: 5 },
      5,
      { ...fresh, claimedAt: 1_000_005, leaseEnds: 105, expiresAt: 10_005 },
      { result: 'won', claim: { ...held, leasedUntil: 105 } },
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
