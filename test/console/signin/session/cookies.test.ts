import { expect } from 'chai';
import fc from 'fast-check';
import { cookieIn, setCookie } from '../../../../src/console/signin/session/cookies.ts';

const form = {
  name: 'session',
  value: 'aGk',
  path: '/',
  sameSite: 'Strict',
  isSecure: true,
  maxAge: 60.9,
} as const;

describe('A cookie of the console', () => {
  it('can be read by no script, and is sent by https only', () => {
    expect(setCookie(form)).to.equal('session=aGk; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure');
  });

  it('is sent by http for development, and never lives for less than no time', () => {
    const cookie = setCookie({ ...form, isSecure: false, maxAge: -5, sameSite: 'Lax' });
    expect(cookie).to.equal('session=aGk; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
  });

  for (const [header, value] of [
    [undefined, undefined],
    ['', undefined],
    ['session=a', 'a'],
    ['other=b; session=a', 'a'],
    ['other=b;session=a ;x=y', 'a'],
    ['session=a; session=b', 'a'],
    ['session=a=b', 'a=b'],
    ['session=', ''],
    ['xsession=a', undefined],
    ['session', undefined],
    ['Session=a', undefined],
  ] as const)
    it(`is read as ${String(value)} from ${String(header)}`, () => {
      expect(cookieIn(header, 'session')).to.equal(value);
    });

  it('is read as it was set, among any others', () => {
    const value = fc.stringMatching(/^[\w-]*$/);
    const others = fc.array(fc.stringMatching(/^[a-r]{1,5}=[ -:<-~]*$/));
    fc.assert(
      fc.property(value, others, others, (text, before, after) => {
        const [pair = ''] = setCookie({ ...form, value: text }).split('; ');
        expect(cookieIn([...before, pair, ...after].join('; '), 'session')).to.equal(text);
      }),
    );
  });
});
