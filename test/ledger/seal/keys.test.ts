import { expect } from 'chai';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { readKeys } from '../../../src/ledger/seal/keys.ts';
import { StartupError } from '../../../src/lib/startup.ts';
import { keyLine, keysOf } from './samples.ts';

const [one, two] = [keyLine(1), keyLine(2)];
const idsIn = (text: string): string[] => readKeys(text, '/keys').map(({ id }) => id.toString('hex'));

/** What a text is refused with. */
function refusalOf(text: string): StartupError {
  try {
    readKeys(text, '/run/keys');
  } catch (error) {
    expect(error).to.be.instanceOf(StartupError);
    return error as StartupError;
  }
  return expect.fail('it was taken');
}

describe('the text of a key file', () => {
  const ids = keysOf(1, 2).map(({ id }) => id.toString('hex'));

  for (const [what, text] of [
    ['one key a line', `${one}\n${two}\n`],
    ['no line end after the last', `${one}\n${two}`],
    ['line ends of Windows', `${one}\r\n${two}\r\n`],
    ['blank lines and comments', `# of 2026\n\n${one}\n   \n  # of 2025\n${two}\n\n`],
    ['blanks around keys', ` ${one}\t\n\t${two} \n`],
    ['a byte order mark', `\uFEFF${one}\n${two}\n`],
  ] as const)
    it(`may have ${what}`, () => {
      expect(idsIn(text)).to.deep.equal(ids);
    });

  it('gives every key an id of its own, the same each time, in the order of the file', () => {
    expect(idsIn(`${two}\n${one}\n`)).to.deep.equal(ids.toReversed());
    expect(new Set(ids).size).to.equal(2);
  });

  const form = 'a line holds one key of 32 bytes in base64, as head -c 32 /dev/urandom | base64 makes it';
  for (const [what, text, sentence] of [
    ['no line', '', `/run/keys holds no key; ${form}.`],
    ['comments alone', `# ${one}\n\n`, `/run/keys holds no key; ${form}.`],
    [
      'a short key',
      Buffer.alloc(31).toString('base64'),
      `line 1 of /run/keys is a key of 31 bytes; ${form}.`,
    ],
    [
      'a long key',
      `${one}\n${Buffer.alloc(33).toString('base64')}`,
      `line 2 of /run/keys is a key of 33 bytes; ${form}.`,
    ],
    ['a key without its padding', one.slice(0, -1), `line 1 of /run/keys is no base64; ${form}.`],
    [
      'another last sign of the same key',
      one.replace('E=', 'F='),
      `line 1 of /run/keys is no base64; ${form}.`,
    ],
    ['the alphabet of URLs', '_-'.repeat(21), `line 1 of /run/keys is no base64; ${form}.`],
    [
      'hexadecimal digits',
      `\n# hex\n${'0f'.repeat(32)}`,
      `line 3 of /run/keys is a key of 48 bytes; ${form}.`,
    ],
    ['two keys on a line', `${one} ${two}`, `line 1 of /run/keys is no base64; ${form}.`],
    ['a name before the key', `key: ${one}`, `line 1 of /run/keys is no base64; ${form}.`],
    ['bytes that are no text', '\u0000\uFFFD', `line 1 of /run/keys is no base64; ${form}.`],
    [
      'a key twice',
      `${one}\n# again\n${two}\n${one}\n`,
      'line 4 of /run/keys repeats the key of line 1; leave one of the two out.',
    ],
  ] as const)
    it(`is refused with ${what}, in one sentence`, () => {
      expect(refusalOf(text).message).to.equal(`LEDGER_KEY_FILE: ${sentence}`);
    });

  it('is taken, or refused in a sentence that shows nothing of it, whatever it is', () => {
    // Every sentence there is. Their numbers are all that a text has a part in.
    const refusal =
      /^LEDGER_KEY_FILE: (\/run\/keys holds no key; FORM|line \d+ of \/run\/keys is (no base64|a key of \d+ bytes); FORM|line \d+ of \/run\/keys repeats the key of line \d+; leave one of the two out)\.$/;
    const line = fc.oneof(
      fc.string({ unit: 'binary', minLength: 6 }),
      fc.uint8Array({ minLength: 5, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
        try {
          expect(readKeys(lines.join('\n'), '/run/keys')).not.to.have.length(0);
        } catch (error) {
          expect(error).to.be.instanceOf(StartupError);
          // Nothing but the sentence and where it was thrown: an error without a cause or a key of its own.
          expect(Object.keys(error as StartupError)).to.deep.equal(['name']);
          expect(error).not.to.have.property('cause');
          expect((error as StartupError).message.replace(form, 'FORM')).to.match(refusal);
        }
      }),
    );
  });

  it('is read into what shows no key, however it is printed', () => {
    const keys = keysOf(1, 2);
    const shown = [inspect(keys, { showHidden: true, depth: null }), JSON.stringify(keys)];
    const bytes = Buffer.from(one, 'base64').toString('hex');
    for (const text of shown) expect(text).not.to.contain(one).and.not.to.contain(bytes);
    const derived = keys.flatMap(({ sealing, searching }) => [sealing, searching]);
    for (const key of derived) {
      const secret = key.export();
      for (const text of shown)
        for (const form of ['hex', 'base64', 'latin1'] as const)
          expect(text).not.to.contain(secret.toString(form));
      expect(JSON.stringify(key)).to.equal('{}');
    }
  });

  it('is used by nothing itself: keys for each purpose are derived from it', () => {
    const [{ id, sealing, searching }] = keysOf(1);
    const all = [Buffer.from(one, 'base64'), id, sealing.export(), searching.export()];
    const begun = all.map((bytes) => bytes.subarray(0, 8).toString('hex'));
    expect(new Set(begun).size).to.equal(4);
  });

  it('has today the ids and derived keys that it had when it sealed', () => {
    const [{ id, sealing, searching }] = keysOf(1);
    const hex = [id, sealing.export(), searching.export()].map((bytes) => bytes.toString('hex'));
    expect(hex).to.deep.equal([
      // RFC 5869 by another program: HKDF-SHA256 without a salt, of 32 bytes of 1.
      'b69f16d9067abd02',
      '96a6cdd8f4f2eba2f52e79b98ef697a9d8a098e6af6cf2cc58317ef5b90eb88a',
      'd425e857284459cac71ffcd67f57853dd227527944e5fc06936aa45f8c732551',
    ]);
  });
});
