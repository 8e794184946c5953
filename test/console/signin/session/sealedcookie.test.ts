import { expect } from 'chai';
import { SealedCookie } from '../../../../src/console/signin/session/sealedcookie.ts';
import { keyringOf } from '../../../ledger/seal/samples.ts';

const form = { name: 'session', path: '/', sameSite: 'Strict', isSecure: true } as const;

function cookieOf(changes: Partial<Record<'path', string> & Record<'isSecure', boolean>> = {}): SealedCookie {
  return new SealedCookie({ ...form, ...changes }, keyringOf(1).forSessions());
}

describe('A sealed cookie', () => {
  for (const [name, how, changes] of [
    ['__Host-session', 'for all of an https site', {}],
    ['__Secure-session', 'for a part of an https site', { path: '/auth' }],
    ['session', 'for all of an http site', { isSecure: false }],
    ['session', 'for a part of an http site', { isSecure: false, path: '/auth' }],
  ] as const)
    it(`has the name ${name} ${how}, given or taken`, () => {
      const cookie = cookieOf(changes);
      const given = cookie.give('ada', 60);
      expect(given.split('=')[0]).to.equal(name);
      expect(cookie.take().split('=')[0]).to.equal(name);
      const [pair] = given.split(';');
      expect(cookie.isIn(pair)).to.equal(true);
      expect(cookie.read(pair)).to.equal('ada');
    });

  it('of an https site is none without the name that no other host can give', () => {
    const [pair = ''] = cookieOf().give('ada', 60).split(';');
    for (const name of ['session', '__Secure-session', '__host-session']) {
      const other = pair.replace('__Host-session', name);
      expect(cookieOf().isIn(other), name).to.equal(false);
      expect(cookieOf().read(other), name).to.equal(undefined);
    }
  });
});
