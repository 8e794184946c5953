import { expect } from 'chai';
import { failureNote, issuedNote } from '../../../src/delivery/outcome/attemptnote.ts';
import { UnknownOutcome } from '../../../src/delivery/outcome/unknownoutcome.ts';
import { toProblem } from '../../../src/http/middleware/problems.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';

const unconfirmed = { attempt: 'sent', isFindable: true } as const;
const upstream = (fault: UpstreamError['fault'], status?: number): UpstreamError =>
  new UpstreamError(fault, 'Omneo answered', { status });

describe('The note of an attempt', () => {
  it('that made what was asked for says by what the person was found, and how long it took', () => {
    expect(issuedNote({ resourceId: 7, matchedBy: 'email' }, 12.4)).to.deep.equal({
      ...{ result: 'issued', matchedBy: 'email', tookMs: 12 },
    });
  });

  for (const [what, error, code, omneoStatus] of [
    ['a problem', new Problem('profile_not_found'), 'profile_not_found', undefined],
    ['a 5xx of Omneo', upstream('unavailable', 503), 'upstream_unavailable', 503],
    ['no answer of Omneo', upstream('unavailable'), 'upstream_unavailable', undefined],
    ['a 429 of Omneo', upstream('throttled', 429), 'overloaded', 429],
    ['refused credentials', upstream('refused', 401), 'not_ready', 401],
    ['a refusal of Omneo', upstream('rejected', 422), 'reward_rejected', 422],
    [
      'a problem with an answer of Omneo behind it',
      new Problem('not_ready', { cause: upstream('refused', 403) }),
      'not_ready',
      403,
    ],
    ['a ledger that is away', new LedgerUnavailable('away'), 'not_ready', undefined],
    ['a bug', new TypeError('x is undefined'), 'internal', undefined],
  ] as const) {
    it(`that failed with ${what} has the code that its webhook would be answered with`, () => {
      const status = omneoStatus === undefined ? {} : { omneoStatus };
      expect(failureNote('gave_up', { error, tookMs: 0.6 })).to.deep.equal({
        ...{ result: 'gave_up', code, ...status, tookMs: 1 },
      });
      expect(toProblem(error).code).to.equal(code);
    });

    it(`whose create ended in ${what} has the same code`, () => {
      const note = failureNote('unconfirmed', { error: new UnknownOutcome(error, unconfirmed), tookMs: 1 });
      expect([note.code, note.omneoStatus]).to.deep.equal([code, omneoStatus]);
    });
  }
});
