import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { isRecord } from '../../lib/exactjson.ts';
import type { LedgerAddress } from './address.ts';

/** The part of ioredis that is used: one server, the master that sentinels name, or a cluster. */
export type Client = Redis | Cluster;

/** How long a server may take, in milliseconds. */
export type Patience = Readonly<{
  /** To answer a command. */
  answerMs: number;
  /** Longest pause between two attempts to connect. */
  reconnectMs: number;
}>;

/** Opens a client that connects when it is told to, and from then on again and again by itself. */
export function openClient(address: LedgerAddress, patience: Patience): Client {
  const { kind, hosts, tls, login, db } = address.reveal();
  const secure = tls ? { tls: {} } : {};
  const retryStrategy = (attempt: number): number => backoff(attempt, patience.reconnectMs);
  const waiting = { lazyConnect: true, enableOfflineQueue: false };
  const common = { ...login, ...secure, ...bounds(patience) };
  if (kind === 'cluster') {
    return new Cluster([...hosts], {
      ...waiting,
      redisOptions: common,
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: patience.answerMs,
      // A certificate is checked against the host that was asked for, not against the address that this has.
      ...(tls && { dnsLookup: keepName }),
    });
  }
  const where = kind === 'single' ? hosts[0] : sentinels(address, patience, retryStrategy);
  return staysInDatabase(new Redis({ ...common, ...waiting, ...where, db, retryStrategy }));
}

/**
 * When a server refuses the database that LEDGER_URL names, ioredis goes on in database 0, where another replica may
 * not look. Such a connection is closed before anything else is sent on it, and made anew.
 */
function staysInDatabase(client: Redis): Redis {
  client.on('error', (error) => {
    if (isOfSelect(error)) client.disconnect(true);
  });
  return client;
}

/** Whether a server refused to select a database. */
export function isOfSelect(error: unknown): boolean {
  if (!(error instanceof Error && 'command' in error)) return false;
  const { command } = error;
  return isRecord(command) && command['name'] === 'select';
}

function keepName(host: string, answer: (error: null, host: string) => void): void {
  answer(null, host);
}

function sentinels(
  address: LedgerAddress,
  { answerMs }: Patience,
  sentinelRetryStrategy: (attempt: number) => number,
) {
  const { hosts, master, tls, sentinelLogin } = address.reveal();
  const { username, password } = sentinelLogin;
  return {
    name: master,
    sentinels: [...hosts],
    sentinelRetryStrategy,
    sentinelCommandTimeout: answerMs,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
  };
}

function bounds({ answerMs, reconnectMs }: Patience) {
  return {
    commandTimeout: answerMs,
    connectTimeout: 2 * answerMs,
    // A connection on which nothing comes any more is replaced: TCP alone would take minutes to notice.
    socketTimeout: 2 * answerMs,
    // What was under way when a connection broke is sent again once; every script may be.
    maxRetriesPerRequest: 1,
    reconnectOnError: whenDemoted(reconnectMs),
  } satisfies RedisOptions;
}

/** A server that was the primary until a failover: somewhere there is another one, looked for now and then. */
function whenDemoted(everyMs: number): (error: Error) => boolean {
  let last = -Infinity;
  return (error) => {
    if (!error.message.startsWith('READONLY') || performance.now() - last < everyMs) return false;
    last = performance.now();
    return true;
  };
}

/** Doubles from 50 ms; a random part keeps replicas from coming back all at once. */
function backoff(attempt: number, most: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), most) * (0.5 + Math.random() / 2);
}
