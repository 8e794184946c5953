import { expect } from 'chai';
import fc from 'fast-check';
import { localPathOf } from '../../../src/console/signin/localpath.ts';

const origin = 'https://console.example';

describe('The path that a sign-in leads to', () => {
  for (const [text, path] of [
    ['/', '/'],
    ['/deliveries?state=parked&tenant=acme', '/deliveries?state=parked&tenant=acme'],
    ['/#/step', '/#/step'],
    ['/a/../b', '/b'],
    ['/a?next=//evil.example', '/a?next=//evil.example'],
    ['/authors', '/authors'],
  ] as const)
    it(`is ${path} for ${text}`, () => {
      expect(localPathOf(text, origin)).to.equal(path);
    });

  for (const text of [
    '',
    'a',
    '//evil.example',
    '/\\evil.example',
    '/a b',
    '/é',
    '/\n/evil.example',
    '/./auth/sign-in',
  ])
    it(`is none for ${JSON.stringify(text)}`, () => {
      expect(localPathOf(text, origin)).to.equal(undefined);
    });

  /** Texts that are made of what leads astray. */
  const tricky = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '/',
          '\\',
          '.',
          '..',
          ':',
          '@',
          '?',
          '#',
          '%2f',
          '%5c',
          '%09',
          '\t',
          '\n',
          '\r',
          ' ',
          '\u3002',
        ),
        fc.constantFrom(
          'evil.example',
          'https:',
          'javascript:',
          'data:',
          'user:pass@',
          'console.example',
          '\u0000',
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));

  it('never leads a browser to another place, from any page, and leads there again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          tricky,
          tricky.map((text) => `/${text}`),
        ),
        (text) => {
          const path = localPathOf(text, origin);
          if (path === undefined) return;
          for (const page of [`${origin}/auth/callback?code=x`, `${origin}/`])
            expect(new URL(path, page).origin).to.equal(origin);
          expect(localPathOf(path, origin)).to.equal(path);
          expect(path).to.match(/^\/(?![/\\])[\x21-\x7e]*$/);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is one for every plain path, or the property above would hold of nothing', () => {
    const segment = fc.stringMatching(/^[a-z0-9-]{1,8}$/).filter((text) => text !== 'auth');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(localPathOf(path, origin)).to.equal(path);
      }),
    );
  });
});
