/** One keep-alive connection that carries one request at a time. */
import { type Socket, connect } from 'node:net';
import { Framing } from '../harness/framing.ts';

type Waiting = (status: number) => void;

export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const framing = new Framing(({ head }) => {
      this.#answer(Number(head.slice(9, 12)));
    });
    this.#socket.on('data', (chunk) => {
      framing.push(chunk);
    });
    this.#socket.on('error', (error) => (this.#failure = error));
    this.#socket.on('close', () => {
      this.#failure ??= new Error('closed by the other side');
      this.#answer(0);
    });
  }

  /** Resolves with the status of the answer; 0 if the connection broke. */
  send(request: string, answered: Waiting): void {
    if (this.#failure !== undefined) {
      answered(0);
      return;
    }
    this.#waiting = answered;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #answer(status: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(status);
  }
}
