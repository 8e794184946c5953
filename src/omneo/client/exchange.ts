import { type Dispatcher, errors } from 'undici';
import { textOf } from './decode.ts';
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
    this.#resolve({ status: this.#status, header: (name) => this.#header(name)[0], text });
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
    const encoding = this.#header('content-encoding').join();
    const [type] = this.#header('content-type');
    return textOf(Buffer.concat(this.#chunks), { encoding, type }, maxAnswerBytes);
  }

  #header(name: string): readonly string[] {
    return [this.#headers[name] ?? []].flat();
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
