import { expect } from 'chai';
import fc from 'fast-check';
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

/** The most bytes that a browser keeps of a cookie's name and value (RFC 6265bis, section 5.6). */
const maxCookieBytes = 4096;

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

  for (const [what, change] of [
    ['no user', { user: undefined }],
    ['a user that is no text', { user: 7 }],
    ['groups that are no list', { groups: 'support' }],
    ['a group that is no text', { groups: [1] }],
    ['a subject that is none', { subject: null }],
    ['no CSRF token', { csrfToken: undefined }],
    ['an end that is no number', { expiresAt: '9999999999999' }],
    ['no time of its claims', { claimsAt: undefined }],
    ['a refresh token that is no text', { refreshToken: 1 }],
  ] as const)
    it(`is none with ${what}, as another version may have sealed it`, () => {
      const text = JSON.stringify({ ...beginSession(granted, 0), ...change });
      expect(sessionIn(text, 1)).to.equal(undefined);
    });

  it('fits into a cookie, whoever it is, and keeps the groups that come first', () => {
    // Of one to six bytes each in JSON.
    const signs = fc.constantFrom('a', '"', '\\', '\u0007', 'é', '\u{1f600}');
    const name = fc.tuple(signs, fc.integer({ min: 1, max: 85 })).map(([sign, times]) => sign.repeat(times));
    const refreshToken = fc.option(fc.stringMatching(/^[!-~]{0,3000}$/), { nil: undefined });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 60 }), refreshToken, (user, groups, token) => {
        const subject = 'x'.repeat(255);
        const all = { user, groups, subject, ...(token !== undefined && { refreshToken: token }) };
        const { session, header, groupsLeftOut } = sessionsUnder(1).give(beginSession(all, 0));
        expect((header.split(';')[0] ?? '').length).to.be.at.most(maxCookieBytes);
        expect(session.groups).to.deep.equal(groups.slice(0, groups.length - groupsLeftOut));
      }),
      { numRuns: 60 },
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
    const about = { tenant: '', key: '__Host-omneo-gateway-session' };
    expect(keyringOf(1).open(value, about)).to.deep.equal({ fault: 'damaged' });
    expect(keyringOf(1).forSessions().open(value, about)).to.be.a('string');
  });
});
