import zlib from 'node:zlib';
import type { Answer } from './http.ts';
import type { Switches } from './switches.ts';

type Coding = Switches['contentEncoding'];

/** By the switch: what content-encoding says, and what is done to the body. */
const codings: Record<Coding, [header: string, pack: (body: Buffer) => Buffer]> = {
  identity: ['identity', (body) => body],
  gzip: ['gzip', (body) => zlib.gzipSync(body)],
  deflate: ['deflate', (body) => zlib.deflateSync(body)],
  rawDeflate: ['deflate', (body) => zlib.deflateRawSync(body)],
  br: ['br', (body) => zlib.brotliCompressSync(body)],
  cutGzip: ['gzip', (body) => zlib.gzipSync(body).subarray(0, -5)],
};

/** The answer as a proxy or a careless PHP file lets it out: behind a byte order mark, or compressed though nobody asked. */
export function encode(answer: Answer, { byteOrderMark, contentEncoding }: Switches): Answer {
  if (answer.body.length === 0) return answer;
  const marked = byteOrderMark
    ? Buffer.concat([Buffer.from('\uFEFF'), Buffer.from(answer.body)])
    : answer.body;
  if (contentEncoding === 'identity') return { ...answer, body: marked };
  const [header, pack] = codings[contentEncoding];
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': header },
    body: pack(Buffer.from(marked)),
  };
}
