import { expect } from 'chai';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { Keyring } from '../../../src/ledger/seal/keyring.ts';
import { keyLine, keyringOf, keysOf } from './samples.ts';

const about = { tenant: 'acme', key: 'd-1' };
const text = '{"id":"winback-7","email":"Ada@Example.com"}';
/** Any text that can come in UTF-8. */
const anyText = fc.string({ unit: 'binary' });

describe('a sealed webhook', () => {
  it('opens as it was, whatever it is and whosever it is', () => {
    const keyring = keyringOf(1);
    fc.assert(
      fc.property(anyText, fc.string({ unit: 'binary' }), fc.string(), (any, tenant, key) => {
        const sealed = keyring.seal(any, { tenant, key });
        expect(keyring.open(sealed, { tenant, key })).to.equal(any);
      }),
    );
  });

  it('opens from the bytes of whichever database', () => {
    const keyring = keyringOf(1);
    const sealed = keyring.seal(text, about);
    expect(keyring.open(new Uint8Array(sealed), about)).to.equal(text);
    expect(keyring.open(Buffer.concat([Buffer.alloc(3), sealed]).subarray(3), about)).to.equal(text);
  });

  it('takes 37 bytes more than its text', () => {
    expect(keyringOf(1).seal(text, about)).to.have.length(text.length + 37);
  });

  it('is another one each time, so that equal webhooks do not look equal', () => {
    const keyring = keyringOf(1);
    const all = Array.from({ length: 100 }, () => keyring.seal(text, about));
    const nonces = all.map((sealed) => sealed.subarray(9, 21).toString('hex'));
    expect(new Set(nonces).size).to.equal(100);
    expect(new Set(all.map((sealed) => sealed.subarray(21).toString('hex'))).size).to.equal(100);
  });

  it('shows nothing of its text, its tenant and its delivery', () => {
    const sealed = keyringOf(1).seal(text, about).toString('latin1');
    for (const part of ['winback', 'Ada', 'acme', 'd-1']) expect(sealed).not.to.contain(part);
  });

  it('is refused with any one bit flipped', () => {
    const keyring = keyringOf(1);
    const sealed = keyring.seal(text, about);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      // The id of the key begins after the version.
      const fault = bit >= 8 && bit < 72 ? 'key_missing' : 'damaged';
      expect(keyring.open(flipped, about), `bit ${bit}`).to.deep.equal({ fault });
    }
  });

  it('is refused when it is cut anywhere, or has more at its end', () => {
    const keyring = keyringOf(1);
    const sealed = keyring.seal(text, about);
    for (let length = 0; length < sealed.length; length += 1)
      expect(keyring.open(sealed.subarray(0, length), about), `${length} bytes`).to.deep.equal({
        fault: 'damaged',
      });
    expect(keyring.open(Buffer.concat([sealed, Buffer.alloc(1)]), about)).to.deep.equal({ fault: 'damaged' });
  });

  it('never throws, whatever bytes are opened', () => {
    const keyring = keyringOf(1);
    const sealed = keyring.seal(text, about);
    const begun = fc.uint8Array().map((bytes) => Buffer.concat([sealed.subarray(0, 9), bytes]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), begun), (bytes) => {
        expect(keyring.open(bytes, about)).to.have.property('fault');
      }),
    );
  });

  for (const [what, other] of [
    ['another tenant', { tenant: 'bloom', key: 'd-1' }],
    ['another key', { tenant: 'acme', key: 'd-2' }],
    ['tenant and key swapped', { tenant: 'd-1', key: 'acme' }],
    ['the two cut at another place', { tenant: 'acmed', key: '-1' }],
    ['one of the two in both', { tenant: 'acme","d-1', key: '' }],
    ['no key', { tenant: 'acme', key: '' }],
  ] as const)
    it(`is refused as that of ${what}`, () => {
      const keyring = keyringOf(1);
      expect(keyring.open(keyring.seal(text, about), other)).to.deep.equal({ fault: 'damaged' });
    });

  it('is refused as that of any other tenant and delivery, even if they differ in halves of a pair', () => {
    const keyring = keyringOf(1);
    const name = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom('\ud800', '\ud801', '\ufffd', '\\ud800'),
    );
    fc.assert(
      fc.property(name, name, name, name, (tenant, key, otherTenant, otherKey) => {
        fc.pre(tenant !== otherTenant || key !== otherKey);
        const sealed = keyring.seal(text, { tenant, key });
        const opened = keyring.open(sealed, { tenant: otherTenant, key: otherKey });
        expect(opened).to.deep.equal({ fault: 'damaged' });
      }),
    );
  });

  it('cannot be made of half of a surrogate pair, which would come back as another text', () => {
    expect(() => keyringOf(1).seal('\ud83d', about)).to.throw(TypeError, 'half of a surrogate pair');
  });

  it('opens today as it was sealed by the first version of this form', () => {
    const sealed = Buffer.from('AbafFtkGer0C5cJ95ARzpY/lMLMzqCDt51dj/KfhP5ES4160LkJxxDzzaKc=', 'base64');
    expect(keyringOf(1).open(sealed, about)).to.equal('{"a":1}');
  });
});

describe('the rotation of keys', () => {
  it('opens what each of the keys sealed', () => {
    const keyring = keyringOf(3, 2, 1);
    for (const key of [1, 2, 3]) expect(keyring.open(keyringOf(key).seal(text, about), about)).to.equal(text);
  });

  it('seals under the first key alone', () => {
    const sealed = keyringOf(2, 1).seal(text, about);
    expect(keyringOf(2).open(sealed, about)).to.equal(text);
    expect(keyringOf(1).open(sealed, about)).to.deep.equal({ fault: 'key_missing' });
  });

  it('says of what a key sealed that is gone that its key is missing', () => {
    const sealed = keyringOf(1).seal(text, about);
    expect(keyringOf(3, 2).open(sealed, about)).to.deep.equal({ fault: 'key_missing' });
  });

  it('goes by the keys that there are when something is sealed or opened', () => {
    let keys = keysOf(1);
    const keyring = new Keyring(() => keys);
    const before = keyring.seal(text, about);
    keys = keysOf(2);
    expect(keyring.open(before, about)).to.deep.equal({ fault: 'key_missing' });
    expect(keyringOf(2).open(keyring.seal(text, about), about)).to.equal(text);
  });

  it('finds what was stored under any of the keys, and stores under the first', () => {
    const keyring = keyringOf(2, 1);
    const [newest, oldest, ...more] = keyring.searchDigests('id', 'acme', 'winback-7');
    expect(newest).to.equal(keyring.searchDigest('id', 'acme', 'winback-7'));
    expect(oldest).to.equal(keyringOf(1).searchDigest('id', 'acme', 'winback-7'));
    expect(more).to.deep.equal([]);
  });
});

describe('the digest that a webhook is found by', () => {
  const keyring = keyringOf(1);

  it('is the same for the same value, of one length, and shows nothing of it', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const digest = keyring.searchDigest('person', 'acme', value);
        expect(digest).to.equal(keyring.searchDigest('person', 'acme', value));
        expect(digest).to.match(/^[\w-]{43}$/);
      }),
    );
  });

  it('is no digest that somebody without the key can make', () => {
    const [{ searching }] = keysOf(1);
    const digest = keyring.searchDigest('id', 'acme', 'x');
    const made = (key: string | Buffer): string =>
      createHmac('sha256', key).update('["id","acme","x"]').digest('base64url');
    expect(digest).to.equal(made(searching.export()));
    for (const key of ['', keyLine(1), Buffer.from(keyLine(1), 'base64')])
      expect(digest).not.to.equal(made(key));
  });

  type Search = Parameters<Keyring['searchDigest']>;
  const different: [what: string, one: Search, other: Search][] = [
    ['kinds', ['id', 'acme', 'x'], ['person', 'acme', 'x']],
    ['tenants', ['id', 'acme', 'x'], ['id', 'bloom', 'x']],
    ['values', ['id', 'acme', 'x'], ['id', 'acme', 'y']],
    ['letters, large and small, of ids', ['id', 'acme', 'x'], ['id', 'acme', 'X']],
    ['letters, large and small, of persons', ['person', 'acme', 'x'], ['person', 'acme', 'X']],
    ['places of the cut between tenant and value', ['id', 'acme', 'x'], ['id', 'acm', 'ex']],
    ['halves of a pair', ['id', 'acme', '\ud800'], ['id', 'acme', '\ud801']],
  ];
  for (const [what, one, other] of different)
    it(`differs between ${what}`, () => {
      expect(keyring.searchDigest(...one)).not.to.equal(keyring.searchDigest(...other));
    });

  for (const [what, one, other] of [
    ['small letters', 'ada@example.com', 'Ada@EXAMPLE.com'],
    ['its composed form', 'zo\u00eb@example.com', 'zoe\u0308@example.com'],
  ] as const)
    it(`of an e-mail is that of ${what}, as in the fingerprint`, () => {
      expect(keyring.searchDigest('email', 'acme', one)).to.equal(
        keyring.searchDigest('email', 'acme', other),
      );
    });
});

describe('a keyring', () => {
  it('shows no key, however it is printed', () => {
    const keyring = keyringOf(1);
    const shown = [inspect(keyring, { showHidden: true, depth: null }), JSON.stringify(keyring)];
    const [{ sealing, searching }] = keysOf(1);
    const secrets = [Buffer.from(keyLine(1), 'base64'), sealing.export(), searching.export()];
    for (const output of shown)
      for (const secret of secrets)
        for (const form of ['hex', 'base64', 'base64url', 'latin1'] as const)
          expect(output).not.to.contain(secret.toString(form));
    expect(JSON.stringify(keyring)).to.equal('{}');
  });
});
