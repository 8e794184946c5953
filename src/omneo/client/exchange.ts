import { TextDecoder } from 'node:util';
import zlib from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import { UpstreamError } from './upstream.ts';

export type Answer = Readonly<{
  status: number;
  header: (name: string) => string | undefined;
  text: string;
}>;

/** Longest answer of Omneo that is read, in bytes, before and after it is decompressed. */
export const maxAnswerBytes = 1_048_576;
const tooLong = 'Omneo answered more than 1 MiB';
const unanswered = 'Omneo did not answer in time';
const unreached = 'Omneo could not be reached in time';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One request on its way, as undici reports it; ends in an answer or an UpstreamError. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Called as soon as it has ended. */
  ended: () => void = () => undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: UpstreamError) => void;
  readonly #isLate: () => boolean;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #failed = false;
  #sent = false;
  #status = 0;
  #headers: Headers = {};

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: UpstreamError) => void,
    isLate: () => boolean,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#isLate = isLate;
  }

  /** Its time is over. */
  expire(): void {
    this.#fail(unanswered);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failed) controller.abort(new Error('given up before it was sent'));
    else if (this.#isLate()) this.#fail(unreached);
    else this.#sent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    let text: string;
    try {
      text = this.#read();
    } catch (error) {
      if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) this.#fail(tooLong);
      else this.#fail('Omneo answered what cannot be decompressed', error);
      return;
    }
    this.ended();
    this.#resolve({ status: this.#status, header: (name) => this.#header(name), text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (error instanceof errors.ResponseExceededMaxSizeError) this.#fail(tooLong);
    else if (isTimeout(error)) this.#fail(this.#sent ? unanswered : unreached);
    else this.#fail('the connection to Omneo failed', error);
  }

  #fail(message: string, cause?: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.ended();
    const error = new UpstreamError('unavailable', message, { mayHaveHappened: this.#sent, cause });
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #read(): string {
    const encoding = String(this.#headers['content-encoding'] ?? '');
    const type = this.#header('content-type');
    return decodeBody(this.#body(), { encoding, type }, maxAnswerBytes);
  }

  /** Nearly every answer comes in one piece. */
  #body(): Buffer {
    const [first] = this.#chunks;
    return first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
  }

  /** The first one by this name. */
  #header(name: string): string | undefined {
    const sent = this.#headers[name];
    return Array.isArray(sent) ? sent[0] : sent;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isTimeout(error: Error): boolean {
  return (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  );
}

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
export function decodeBody(
  body: Buffer,
  headers: Readonly<{ encoding: string | undefined; type: string | undefined }>,
  maxBytes: number,
): string {
  const bytes = inflate(body, codingsOf(headers.encoding), maxBytes);
  return decoderOf(markOf(bytes) ?? charsetOf(headers.type)).decode(bytes);
}

function codingsOf(header = ''): readonly string[] {
  if (header === '') return [];
  return header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '');
}

function inflate(body: Buffer, codings: readonly string[], maxOutputLength: number): Buffer {
  if (codings.length === 0) return body;
  const steps = codings.map((coding) => decoders.get(coding)).filter((step) => step !== undefined);
  if (body.length === 0 || steps.length < codings.length || steps.length > maxCodings) return body;
  return steps.reduceRight((bytes, decode) => decode(bytes, { maxOutputLength }), body);
}

function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}

/** The charset that a byte order mark names, which goes before what the header says (WHATWG Encoding, section 6). */
function markOf(bytes: Buffer): string | undefined {
  // By index: Buffers are taken apart by an iterator.
  const [first, second] = [bytes[0], bytes[1]];
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xef && second === 0xbb ? 'utf-8' : undefined;
}

function charsetOf(type = ''): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(type)?.[1];
}

/** Keeps nothing from one text to the next. */
const utf8 = new TextDecoder();

function decoderOf(charset = 'utf-8'): TextDecoder {
  if (charset === 'utf-8') return utf8;
  try {
    return new TextDecoder(charset);
  } catch {
    return utf8; // No charset by that name.
  }
}
