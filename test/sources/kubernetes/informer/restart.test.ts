import { expect } from 'chai';
import { ApiError } from '../../../../src/sources/kubernetes/api/apierror.ts';
import {
  afterFault,
  relistMs,
  Restart,
  wasStable,
  watchTimes,
} from '../../../../src/sources/kubernetes/informer/restart.ts';
import { isOlder } from '../../../../src/sources/kubernetes/informer/versionstore.ts';

const least = () => 0;
const most = () => 1;

describe('the policy of a restart', () => {
  const open = { resourceVersion: '7', pageSize: 500, openedAt: 0 };

  for (const [what, error, reason, version] of [
    ['a watch that was closed', new Restart('closed'), 'closed', '7'],
    ['a server that throttles', new ApiError(429, 'TooManyRequests'), 'throttled', '7'],
    ['an open connection that broke', new ApiError(0, 'Unreachable'), 'disconnected', '7'],
    ['a version that expired', new ApiError(410, 'Expired'), 'expired', undefined],
    ['a silent connection', new Restart('silent'), 'silent', undefined],
    ['a handler that failed', new Restart('handler'), 'handler', undefined],
    ['a server that fails', new ApiError(500, 'InternalError'), 'server_error', undefined],
    ['anything else', new TypeError('a bug'), 'failed', undefined],
  ] as const) {
    it(`${version === undefined ? 'lists anew' : 'goes on where it was'} after ${what}`, () => {
      const next = { reason, resourceVersion: version, pageSize: 500, atLeastMs: 0 };
      expect(afterFault(error, open)).to.deep.equal(next);
    });
  }

  it('lists anew when the server was away before the watch was open', () => {
    const next = afterFault(new ApiError(0, 'Unreachable'), { ...open, openedAt: undefined });
    expect(next.resourceVersion).to.equal(undefined);
  });

  it('lists all at once only when it was a list that expired', () => {
    const expired = new ApiError(410, 'Expired');
    expect(afterFault(expired, { ...open, resourceVersion: undefined }).pageSize).to.equal(undefined);
    expect(afterFault(expired, open).pageSize).to.equal(500);
  });

  it('waits as long as it is asked to, but two minutes at most', () => {
    const asked = (retryAfter: number) =>
      afterFault(new ApiError(429, 'TooManyRequests', { retryAfter }), open).atLeastMs;
    expect([asked(3), asked(120), asked(86_400)]).to.deep.equal([3_000, 120_000, 120_000]);
  });

  it('lists every 10 to 15 minutes, and after one minute what a handler did not take', () => {
    expect([relistMs(true, least), relistMs(true, most)]).to.deep.equal([600_000, 900_000]);
    expect([relistMs(false, least), relistMs(false, most)]).to.deep.equal([60_000, 60_000]);
  });

  it('watches no longer than until the next list, but for a second at least', () => {
    const lifetime = (untilRelistMs: number, random = least) => watchTimes(untilRelistMs, random).lifetimeMs;
    expect([lifetime(900_000), lifetime(900_000, most)]).to.deep.equal([240_000, 300_000]);
    expect([lifetime(90_000), lifetime(-5)]).to.deep.equal([90_000, 1_000]);
  });

  it('takes a watch for stable that was open for 10 seconds', () => {
    expect([wasStable(5, 10_005), wasStable(5, 10_004)]).to.deep.equal([true, false]);
    expect(wasStable(undefined, 10_005)).to.equal(false);
  });

  it('compares versions as numbers, and only numbers', () => {
    expect([isOlder('9', '10'), isOlder('10', '9'), isOlder('10', '10')]).to.deep.equal([true, false, false]);
    expect([isOlder('a', '10'), isOlder('9', 'b'), isOlder('9', undefined)]).to.not.include(true);
  });
});
