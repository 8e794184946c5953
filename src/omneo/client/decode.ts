import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';

/** Most codings that are undone, one after the other. */
const maxCodings = 5;

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zlib.zstdDecompressSync],
  // Servers mean either format by it, of which zlib's (RFC 1950) begins with its method, 8.
  ['deflate', (bytes, options) => (isZlib(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options)],
  ['identity', (bytes) => bytes],
]);

/**
 * The text of an answer by its `content-encoding` and `content-type`, as a browser reads it: with every coding undone,
 * also one that was not asked for (RFC 9110, section 8.4); by the charset, UTF-8 if none is known; without its byte
 * order mark. An unknown coding leaves the bytes as they are.
 *
 * @param maxBytes Most bytes that a compressed body may inflate to.
 * @throws Error of node:zlib: `ERR_BUFFER_TOO_LARGE` beyond `maxBytes`, another if the body is broken or cut off.
 */
export function textOf(
  body: Buffer,
  headers: Readonly<{ encoding: string | undefined; type: string | undefined }>,
  maxBytes: number,
): string {
  const bytes = inflate(body, codingsOf(headers.encoding), maxBytes);
  return decoderOf(markOf(bytes) ?? charsetOf(headers.type)).decode(bytes);
}

function codingsOf(header = ''): readonly string[] {
  return header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '');
}

function inflate(body: Buffer, codings: readonly string[], maxOutputLength: number): Buffer {
  const steps = codings.map((coding) => decoders.get(coding)).filter((step) => step !== undefined);
  if (body.length === 0 || steps.length < codings.length || steps.length > maxCodings) return body;
  return steps.reduceRight((bytes, decode) => decode(bytes, { maxOutputLength }), body);
}

function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}

/** The charset that a byte order mark tells, which goes before what the header says (WHATWG Encoding, section 6). */
function markOf([first, second]: Buffer): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xef && second === 0xbb ? 'utf-8' : undefined;
}

function charsetOf(type = ''): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(type)?.[1];
}

function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder(); // No charset by that name.
  }
}
