import zlib from 'node:zlib';
import { expect } from 'chai';
import { request } from 'undici';
import { callSandbox, type Caller } from './caller.ts';

describe('the encoding of an answer of the sandbox', () => {
  let caller: Caller;

  before(async () => {
    caller = await callSandbox();
  });
  after(() => caller.close());

  const fetched = async () => {
    const { headers, body } = await request(`${caller.sandbox.baseURL('acme')}/rewards`);
    return { coding: headers['content-encoding'], bytes: Buffer.from(await body.arrayBuffer()) };
  };
  const plain = Buffer.from('{"message":"Unauthenticated."}');

  for (const [contentEncoding, coding, inflate] of [
    ['gzip', 'gzip', zlib.gunzipSync],
    ['deflate', 'deflate', zlib.inflateSync],
    ['rawDeflate', 'deflate', zlib.inflateRawSync],
    ['br', 'br', zlib.brotliDecompressSync],
  ] as const) {
    it(`is ${contentEncoding} by the switch`, async () => {
      caller.sandbox.setOption({ contentEncoding });
      const answer = await fetched();
      expect(answer.coding).to.equal(coding);
      expect(inflate(answer.bytes)).to.deep.equal(plain);
    });
  }

  it('is gzip without its end by the switch', async () => {
    caller.sandbox.setOption({ contentEncoding: 'cutGzip' });
    const { bytes } = await fetched();
    expect(() => zlib.gunzipSync(bytes)).to.throw('unexpected end');
  });

  it('begins with a byte order mark by the switch', async () => {
    caller.sandbox.setOption({ contentEncoding: 'identity', byteOrderMark: true });
    const { coding, bytes } = await fetched();
    expect(coding).to.equal(undefined);
    expect(bytes).to.deep.equal(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain]));
  });
});
