import { expect } from 'chai';
import { Parked } from '../../src/delivery/delivered.ts';
import type { AttemptEnded } from '../../src/delivery/delivertaken.ts';
import type { WaitingReason } from '../../src/ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { Problem } from '../../src/lib/problem.ts';
import { UpstreamError } from '../../src/omneo/client/upstream.ts';
import { deliveryResultOf } from '../../src/telemetry/deliverylog.ts';

const accepted = { status: 'accepted', deliveryId: 'd-1', externalId: 'a' } as const;
const receipt = { resourceId: 7, matchedBy: 'klaviyo' };
const created = { status: 'created', receipt, externalId: 'a', mayBeAnswered: true } as const;
const away = new UpstreamError('unavailable', 'reset');

function postponed(cause?: unknown, reason: WaitingReason = 'unavailable'): AttemptEnded['end'] {
  return { delivered: { ...accepted, reason, ...(cause !== undefined && { cause }) } };
}

describe('How an attempt of a courier ended', () => {
  for (const [result, what, end] of [
    ['issued', 'when the reward exists', { delivered: { ...created, settled: Promise.resolve() } }],
    ['postponed', 'when Omneo is away', postponed(away)],
    ['postponed', 'when the profile may still come', postponed(new Problem('profile_not_found'))],
    ['postponed', 'when no attempt was made', postponed()],
    ['unconfirmed', 'when the outcome of a create is unknown', postponed(away, 'unconfirmed')],
    ['parked', 'when a human has to decide', { error: new Parked('d-1', away) }],
    ['failed', 'when it ran into a bug, though it comes again', postponed(new TypeError('x'))],
    ['failed', 'when the ledger went away in it', postponed(new LedgerUnavailable('away'))],
    ['failed', 'when the ledger could not even begin it', { error: new LedgerUnavailable('away') }],
  ] as const)
    it(`is ${result} ${what}`, () => {
      expect(deliveryResultOf({ end })).to.equal(result);
    });
});
