import { Client, type ClientConfig, Pool, type PoolConfig } from 'pg';
import type { PostgresAddress } from './address.ts';
import { readPassword, readTls } from './credentials.ts';

/** How long a server may take, in milliseconds. */
export type PostgresTimeouts = Readonly<{
  /** For a connection: to wait for a free one, or to make it. */
  connectMs: number;
  /** For the answer to a statement. */
  answerMs: number;
  /** For a statement that changes the schema, or waits until another replica has done so. */
  migrateMs: number;
}>;

/** How many connections one replica makes; commits that come together share one write to the disk. */
export const mostConnections = 10;

/** A connection lives so long, so that a failover or a changed password is noticed without a fault. */
const lifetimeSeconds = 600;

const common = Object.freeze({
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  application_name: 'omneo-gateway',
});

type Callback = Parameters<Client['connect']>[0];

/** A client whose files are read when it is made; what is wrong with them is a fault of its connection. */
function clientFor(address: PostgresAddress): new (config?: string | ClientConfig) => Client {
  const connection = address.reveal();
  return class extends Client {
    readonly #fault: Error | undefined;

    constructor(config?: string | ClientConfig) {
      let fault: Error | undefined;
      let ssl: ReturnType<typeof readTls> = false;
      try {
        ssl = readTls(connection.tls);
      } catch (error) {
        fault = error instanceof Error ? error : new Error('unreadable');
      }
      super({ ...(typeof config === 'object' ? config : {}), password: () => readPassword(connection), ssl });
      this.#fault = fault;
      // The pool listens only while nobody uses the connection. Its user gets the fault with the answer to the statement,
      // and an error without a listener would end the process.
      this.on('error', () => undefined);
    }

    override connect(): Promise<Client>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): Promise<Client> | undefined {
      const fault = this.#fault;
      if (callback === undefined) return fault === undefined ? super.connect() : Promise.reject(fault);
      if (fault === undefined) super.connect(callback);
      else process.nextTick(callback, fault);
      return undefined;
    }
  };
}

/** A client outside of the pool, which is not connected yet. */
export function newClient(address: PostgresAddress, { connectMs, answerMs }: PostgresTimeouts): Client {
  const { host, port, user, database } = address.reveal();
  return new (clientFor(address))({
    ...{ host, port, user, database },
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    ...common,
  });
}

/** Opens a pool, which connects when it is first used. `judge` may refuse a new connection by throwing. */
export function openPool(
  address: PostgresAddress,
  { connectMs, answerMs }: PostgresTimeouts,
  judge: (client: Client) => Promise<void>,
): Pool {
  const { host, port, user, database } = address.reveal();
  const options: PoolConfig = {
    ...{ host, port, user, database },
    max: mostConnections,
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    ...common,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: lifetimeSeconds,
    allowExitOnIdle: true,
    Client: clientFor(address),
    verify: (client, done) => {
      judge(client as unknown as Client).then(
        () => {
          done();
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error('unknown'));
        },
      );
    },
  };
  return new Pool(options);
}
