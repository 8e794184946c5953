/** What one unit of load is: a webhook, a call to the upstream, or the calls of one reward. */
import { Connection } from './connection.ts';
import { type Job, type Variant, type Webhooks, secretOf } from './job.ts';

/** Begins one; `done` is told the status, or the worst of several. */
export type Exchange = (done: (status: number) => void) => void;

/** Connections to one port: as many as are in use at once. */
export class Pool {
  readonly #port: number;
  readonly #free: Connection[] = [];
  readonly #all: Connection[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  send(request: string, done: (status: number) => void): void {
    const connection = this.#free.pop() ?? this.#open();
    connection.send(request, (status) => {
      if (status !== 0) this.#free.push(connection);
      done(status);
    });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #open(): Connection {
    const connection = new Connection(this.#port);
    this.#all.push(connection);
    return connection;
  }
}

/** The exchanges of a job; every one is new, by a number that no other run of this process has used. */
export function exchangesOf({ what }: Job, pool: Pool, run: string): Exchange {
  if (what.kind === 'webhooks') return webhooks(what, pool, run);
  const next = counter();
  const lookUp = post(`${what.base}/profiles/search-id`, { type: 'klaviyo', id: '01BENCH1' });
  if (what.kind === 'look-up') {
    return (done) => {
      pool.send(lookUp, done);
    };
  }
  return (done) => {
    rewardCalls(what.base, lookUp, pool, `${run}-${next()}`, done);
  };
}

function webhooks({ tenants, from = 0, variant = 'new' }: Webhooks, pool: Pool, run: string): Exchange {
  const next = counter();
  const heads = Array.from({ length: tenants }, (_, index) => {
    const tenant = from + index;
    const secret = variant === 'stranger' ? 'not-the-secret-of-anybody' : secretOf(tenant);
    return headOf(`/tenant-${tenant}/api/v1/webhooks/klaviyo/rewards`, `x-omneo-secret: ${secret}\r\n`);
  });
  return (done) => {
    const number = next();
    pool.send(framed(heads[number % tenants] ?? '', webhookBody(variant, run, number)), done);
  };
}

/** With the e-mail that the canned Omneo shows of everybody: another one would cost a look-up more. */
function webhookBody(variant: Variant, run: string, number: number): string {
  const isOne = variant === 'same' || variant === 'reused';
  const id = isOne ? `${run}-same` : `${run}-${number}`;
  const person = variant === 'nobody' ? `nobody${number % 1000}` : `01BENCH${isOne ? 1 : number % 1000}`;
  const amount = variant === 'invalid' ? '"$10"' : variant === 'reused' ? 10 + (number % 1e6) : 10;
  return `{"id":"${id}","person_id":"${person}","email":"ada@example.com","data":{"reward_definition_id":42,"amount":${amount},"meta":{"flow":"winback","message":"S1 of 3"}}}`;
}

/** As the gateway and every baseline call Omneo for one reward: two look-ups side by side, then the create. */
function rewardCalls(
  base: string,
  lookUp: string,
  pool: Pool,
  id: string,
  done: (status: number) => void,
): void {
  let waiting = 2;
  const lookedUp = (): void => {
    waiting -= 1;
    if (waiting > 0) return;
    const reward = { profile_id: 'p', external_id: id, reward_definition_id: 42, value_initial: 10 };
    pool.send(post(`${base}/rewards`, reward), done);
  };
  pool.send(lookUp, lookedUp);
  pool.send(
    `GET ${base}/rewards?filter%5Bexternal_id%5D=${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    lookedUp,
  );
}

function post(path: string, body: object): string {
  return framed(headOf(path, 'Authorization: Bearer bench-token\r\n'), JSON.stringify(body));
}

function headOf(path: string, header: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n${header}`;
}

function framed(head: string, body: string): string {
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function counter(): () => number {
  let number = -1;
  return () => (number += 1);
}
