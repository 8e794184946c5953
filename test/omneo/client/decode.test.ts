import zlib from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeBody } from '../../../src/omneo/client/exchange.ts';

const mebibyte = 1_048_576;
const text = JSON.stringify({ data: { id: 7, name: 'Zoë 🎁' } });

const read = (body: Buffer, encoding?: string, type = 'application/json') =>
  decodeBody(body, { encoding, type }, mebibyte);

const compress: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};

describe('the text of an answer', () => {
  const marks: [string, Buffer][] = [
    ['UTF-8', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ];
  for (const [charset, body] of marks) {
    for (const type of ['application/json', 'application/json; charset=utf-8', 'text/html; charset=latin1']) {
      it(`loses its byte order mark of ${charset} as ${type}`, () => {
        expect(read(body, undefined, type)).to.equal(text);
      });
    }
  }

  const types: [type: string, body: Buffer, expected: string][] = [
    ['', Buffer.from('é'), 'é'],
    ['application/json', Buffer.from('é'), 'é'],
    ['application/json; charset=UTF-8', Buffer.from('é'), 'é'],
    ['application/json;charset="utf8"', Buffer.from('é'), 'é'],
    ['application/json; charset=utf-8, application/json', Buffer.from('é'), 'é'],
    ['application/json; charset=iso-8859-1', Buffer.from('é', 'latin1'), 'é'],
    ["application/json; boundary=x; CharSet = 'windows-1252'", Buffer.from([0x80]), '€'],
    ['application/json; charset=utf-16le', Buffer.from('é', 'utf16le'), 'é'],
    ['application/json; charset=klingon', Buffer.from('é'), 'é'],
    ['application/json; charset=', Buffer.from('é'), 'é'],
    ['application/json', Buffer.from([0x22, 0xff, 0x22]), '"\uFFFD"'],
  ];
  for (const [type, body, expected] of types) {
    it(`is ${expected} of ${body.toString('hex')} as "${type}"`, () => {
      expect(read(body, undefined, type)).to.equal(expected);
    });
  }

  for (const [coding, pack] of Object.entries(compress)) {
    for (const header of [coding, ` ${coding.toUpperCase()} `, `identity, ${coding}`]) {
      it(`is inflated by "${header}"`, () => {
        expect(read(pack(Buffer.from(text)), header)).to.equal(text);
      });
    }

    it(`cannot be had of ${coding} that is cut off anywhere`, () => {
      const body = pack(Buffer.from(text));
      for (let length = 1; length < body.length; length += 1)
        expect(() => read(body.subarray(0, length), coding), String(length)).to.throw();
    });

    it(`cannot be had of what only claims to be ${coding}`, () => {
      expect(() => read(Buffer.from(text), coding)).to.throw();
    });

    it(`is empty of an empty body that claims to be ${coding}`, () => {
      expect(read(Buffer.alloc(0), coding)).to.equal('');
    });

    it(`may be inflated from ${coding} to 1 MiB and no byte more`, () => {
      expect(read(pack(Buffer.alloc(mebibyte, 'x')), coding)).to.have.length(mebibyte);
      expect(() => read(pack(Buffer.alloc(mebibyte + 1, 'x')), coding)).to.throw(RangeError);
      expect(() => read(pack(pack(Buffer.alloc(64 * mebibyte, 'x'))), `${coding},${coding}`)).to.throw(
        RangeError,
      );
    });
  }

  it('is inflated by "deflate" also where that is sent bare', () => {
    expect(read(zlib.deflateRawSync(Buffer.from(text)), 'deflate')).to.equal(text);
  });

  it('is inflated by several codings, the last one first', () => {
    expect(read(zlib.brotliCompressSync(zlib.gzipSync(text)), 'gzip, br')).to.equal(text);
  });

  for (const encoding of ['none', 'utf-8', 'compress', 'gzip, aes128gcm', Array(3000).fill('gzip').join()]) {
    it(`is what was sent where nobody can undo "${encoding.slice(0, 30)}"`, () => {
      expect(read(Buffer.from(text), encoding)).to.equal(text);
    });
  }

  it('is what JavaScript wrote, however it travels', () => {
    const well = fc.string({ unit: 'binary' }).filter((each) => !each.startsWith('\uFEFF'));
    const codings = fc.array(fc.constantFrom(...Object.keys(compress)), { maxLength: 5 });
    fc.assert(
      fc.property(well, codings, fc.boolean(), (sent, chain, marked) => {
        const plain = Buffer.from(marked ? `\uFEFF${sent}` : sent);
        const body = chain.reduce<Buffer>((bytes, coding) => compress[coding]?.(bytes) ?? bytes, plain);
        expect(read(body, chain.join(', '))).to.equal(sent);
      }),
    );
  });
});
