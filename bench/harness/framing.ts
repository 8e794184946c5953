/**
 * HTTP/1.1 on a bare socket, as little of it as the bench needs: messages that say their length. Node's own parser
 * and stream machinery would make the load and the upstream cost as much as what they measure.
 */

/** One request or response. */
export type Message = Readonly<{ head: string; body: string }>;

const headEnd = Buffer.from('\r\n\r\n');

/** Cuts what comes over one connection into messages. */
export class Framing {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onMessage: (message: Message) => void;

  constructor(onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let message = this.#take(); message !== null; message = this.#take()) this.#onMessage(message);
  }

  #take(): Message | null {
    const end = this.#rest.indexOf(headEnd);
    if (end < 0) return null;
    const head = this.#rest.toString('latin1', 0, end);
    const begin = end + headEnd.length;
    const length = bodyLength(head);
    if (this.#rest.length < begin + length) return null;
    const body = length === 0 ? '' : this.#rest.toString('utf8', begin, begin + length);
    this.#rest = this.#rest.subarray(begin + length);
    return { head, body };
  }
}

function bodyLength(head: string): number {
  const [, digits] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (digits === undefined && /\r\ntransfer-encoding:/i.test(head))
    throw new Error(`the bench reads no chunked bodies:\n${head}`);
  return Number(digits ?? 0);
}
