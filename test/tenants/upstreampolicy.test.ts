import { expect } from 'chai';
import fc from 'fast-check';
import { Refused } from '../../src/tenants/tenant.ts';
import { allowedURL, type UpstreamPolicy } from '../../src/tenants/upstreampolicy.ts';

const production: UpstreamPolicy = { hosts: ['.getomneo.com', 'Omneo.Example.com'], allowInsecure: false };
const development: UpstreamPolicy = { ...production, allowInsecure: true };

function complaint(text: string, policy: UpstreamPolicy): string | undefined {
  try {
    allowedURL(text, 'spec.omneo.baseURL', policy);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.refusal.message;
  }
}

describe('The policy for upstream URLs', () => {
  for (const text of [
    'https://api.acme.getomneo.com/api/v3',
    'https://a.getomneo.com',
    'https://API.ACME.GETOMNEO.COM/api',
    'https://api.acme.getomneo.com:8443/api/v3',
    'https://omneo.example.com/x',
  ]) {
    it(`allows ${text} by its listed host`, () => {
      expect(complaint(text, production)).to.equal(undefined);
    });
  }

  for (const text of [
    'http://127.0.0.1:4010/acme',
    'http://localhost:4010',
    'http://[::1]:4010/',
    'https://127.9.9.9',
  ]) {
    it(`allows the loopback ${text} only where insecure upstreams are allowed`, () => {
      expect(complaint(text, development)).to.equal(undefined);
      expect(complaint(text, production)).to.be.a('string');
    });
  }

  it('takes https to a loopback host in production if it is listed, and http never', () => {
    const listed = { hosts: ['localhost'], allowInsecure: false };
    expect(complaint('https://localhost/', listed)).to.equal(undefined);
    expect(complaint('http://localhost/', listed)).to.contain('ALLOW_INSECURE_UPSTREAM');
  });

  for (const [text, expected] of [
    ['http://api.acme.getomneo.com', 'must start with https://'],
    ['http://127.0.0.1.evil.example', 'must start with https://'],
    ['ftp://api.acme.getomneo.com', 'must start with https://'],
    ['https://evil.example', 'UPSTREAM_HOSTS'],
    ['https://getomneo.com', 'UPSTREAM_HOSTS'],
    ['https://.getomneo.com', 'UPSTREAM_HOSTS'],
    ['https://evilgetomneo.com', 'UPSTREAM_HOSTS'],
    ['https://api.getomneo.com.evil.example', 'UPSTREAM_HOSTS'],
    ['https://x.omneo.example.com', 'UPSTREAM_HOSTS'],
    ['https://10.0.0.1', 'UPSTREAM_HOSTS'],
    ['https://169.254.169.254/latest', 'UPSTREAM_HOSTS'],
    ['https://user:pass@api.acme.getomneo.com', 'user name'],
    ['https://api.acme.getomneo.com@evil.example', 'user name'],
    ['https://api.acme.getomneo.com/?x=1', 'query'],
    ['https://api.acme.getomneo.com/?', 'query'],
    ['https://api.acme.getomneo.com/#', 'fragment'],
    ['https://evil.example\\.getomneo.com', 'backslashes'],
    ['https://api.acme.getomneo.com/a b', 'spaces'],
    ['https://api.acme.getomneo.com\n', 'spaces'],
    ['https://аpi.getomneo.com', 'ASCII'],
    ['https:api.acme.getomneo.com', 'absolute URL'],
    ['https:///api.acme.getomneo.com', 'absolute URL'],
    ['//api.acme.getomneo.com', 'absolute URL'],
    ['/api/v3', 'absolute URL'],
    ['https://a:99999999', 'absolute URL'],
    ['', 'absolute URL'],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}: ${expected}`, () => {
      for (const policy of [production, development]) {
        expect(complaint(text, policy))
          .to.match(/^spec\.omneo\.baseURL /)
          .and.to.contain(expected);
      }
    });
  }

  it('allows nothing when no host is listed', () => {
    expect(complaint('https://api.acme.getomneo.com', { hosts: [], allowInsecure: false })).to.contain(
      'none',
    );
  });

  it('lets no text through whose host is not covered, whatever it looks like', () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      '.getomneo.com',
      'evil',
      '@',
      '/',
      '\\',
      ':',
      '#',
      '?',
      '.',
      '%',
      '//',
      '[',
      ' ',
      '127.0.0.1',
    );
    const texts = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (complaint(text, production) !== undefined) return;
        const url = new URL(text);
        expect(url.protocol).to.equal('https:');
        expect(url.username + url.password + url.search + url.hash).to.equal('');
        expect(url.hostname).to.match(/(.\.getomneo\.com|^omneo\.example\.com)$/);
      }),
      { numRuns: 2000 },
    );
  });
});
