import { expect } from 'chai';
import fc from 'fast-check';
import { maxCookieBytes } from '../../../../src/console/signin/session/cookies.ts';
import {
  beginSession,
  fitted,
  sessionIn,
  sessionMs,
  sessionText,
} from '../../../../src/console/signin/session/session.ts';
import { Sessions } from '../../../../src/console/signin/session/sessions.ts';
import { HandClock } from '../../../ledger/clock.ts';
import { keyringOf } from '../../../ledger/seal/samples.ts';

const granted = { user: 'ada', subject: 'ada-1815', groups: ['support'] };

function sessionsUnder(...keys: number[]): Sessions {
  const log = { warn: () => undefined };
  const keyring = keyringOf(...keys).forSessions();
  return new Sessions({ keyring, consoleOrigin: 'https://console.example', clock: new HandClock(), log });
}

/** As a browser sends back what it was given. */
const sentBack = (header: string): { headers: { cookie: string }; method: string } => ({
  headers: { cookie: header.split(';')[0] ?? '' },
  method: 'GET',
});

describe('A session', () => {
  it('is what was sealed, until it is over', () => {
    const session = beginSession({ ...granted, refreshToken: 'r' }, 1000);
    expect(session).to.include({
      user: 'ada',
      refreshToken: 'r',
      claimsAt: 1000,
      expiresAt: 1000 + sessionMs,
    });
    expect(sessionIn(sessionText(session), 999 + sessionMs)).to.deep.equal(session);
    expect(sessionIn(sessionText(session), 1000 + sessionMs)).to.equal(undefined);
  });

  it('has a CSRF token that no other has', () => {
    expect(beginSession(granted, 0).csrfToken).not.to.equal(beginSession(granted, 0).csrfToken);
  });

  for (const change of [
    { user: undefined },
    { user: 7 },
    { groups: 'support' },
    { groups: [1] },
    { subject: null },
    { csrfToken: undefined },
    { expiresAt: '9999999999999' },
    { claimsAt: undefined },
    { refreshToken: 1 },
  ])
    it(`is none with ${JSON.stringify(change)}, as another version may have sealed it`, () => {
      const text = JSON.stringify({ ...beginSession(granted, 0), ...change });
      expect(sessionIn(text, 1)).to.equal(undefined);
    });

  it('fits into a cookie, whoever it is, and keeps the groups that come first', () => {
    const name = fc.string({ minLength: 1, maxLength: 85, unit: 'binary' });
    const refreshToken = fc.option(fc.stringMatching(/^[!-~]{0,3000}$/), { nil: undefined });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 200 }), refreshToken, (user, groups, token) => {
        const subject = 'x'.repeat(255);
        const all = { user, groups, subject, ...(token !== undefined && { refreshToken: token }) };
        const { session, header, groupsLeftOut } = sessionsUnder(1).give(beginSession(all, 0));
        expect((header.split(';')[0] ?? '').length).to.be.at.most(maxCookieBytes);
        expect(session.groups).to.deep.equal(groups.slice(0, groups.length - groupsLeftOut));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves out a refresh token that takes the room of the groups, and says so', () => {
    const long = beginSession({ ...granted, refreshToken: 'x'.repeat(1601) }, 0);
    expect(fitted(long)).to.deep.include({ isRefreshTokenLeftOut: true, groupsLeftOut: 0 });
    expect(fitted(long).session).not.to.have.property('refreshToken');
    const short = beginSession({ ...granted, refreshToken: 'x'.repeat(1600) }, 0);
    expect(fitted(short)).to.deep.equal({ session: short, groupsLeftOut: 0, isRefreshTokenLeftOut: false });
  });

  it('is opened by every replica with the same keys, and after a rotation as long as its key stays', () => {
    const session = beginSession(granted, 0);
    const { header } = sessionsUnder(1).give(session);
    expect(sessionsUnder(1).find(sentBack(header))).to.deep.equal(session);
    expect(sessionsUnder(2, 1).find(sentBack(header))).to.deep.equal(session);
    expect(() => sessionsUnder(2).find(sentBack(header))).to.throw('unauthenticated');
  });

  it('is sealed under another key than webhooks are', () => {
    const { header } = sessionsUnder(1).give(beginSession(granted, 0));
    const value = Buffer.from(/=([^;]*)/.exec(header)?.[1] ?? '', 'base64url');
    const about = { tenant: '', key: 'omneo-gateway-session' };
    expect(keyringOf(1).open(value, about)).to.deep.equal({ fault: 'damaged' });
    expect(keyringOf(1).forSessions().open(value, about)).to.be.a('string');
  });
});
