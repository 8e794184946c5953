import { Redis } from 'ioredis';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { LedgerAddress } from '../../../src/ledger/redis/address.ts';
import type { LedgerTimes } from '../../../src/ledger/ledger.ts';
import { RedisLedger } from '../../../src/ledger/redis/redis.ts';
import { type LedgerUnderTest, times as usualTimes } from '../contract.ts';

export const prefix = 'omneo-gateway:v1:{ledger}';

/** Lines that a ledger logged, by level. */
export type Lines = [level: string, message: string, fields: object][];

export function logInto(lines: Lines) {
  const at = (level: string) => (fields: object, message: string) => lines.push([level, message, fields]);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type LedgerOptions = Partial<Readonly<{ times: LedgerTimes; clock: Clock; lines: Lines; answerMs: number }>>;

/** A ledger on a server; what goes wrong is known within a fraction of a second. */
export function newLedger(
  url: string,
  { times = usualTimes, clock = systemClock, lines = [], answerMs = 300 }: LedgerOptions = {},
): RedisLedger {
  return new RedisLedger({
    address: LedgerAddress.parse(url),
    clock,
    times,
    log: logInto(lines),
    patience: { answerMs, reconnectMs: 100 },
  });
}

/** The same, connected if that can be. */
export async function openLedger(url: string, options: LedgerOptions = {}): Promise<RedisLedger> {
  const ledger = newLedger(url, options);
  // A server that cannot be used is for the test to deal with.
  await ledger.check().catch((error: unknown) => error);
  return ledger;
}

/**
 * Moves the server's clock on, as far as the ledger can tell, by moving everything that it remembers into the
 * past: leases, attempts, and when keys expire.
 */
const past = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  for _, field in ipairs({'lease', 'attempt', 'quiet'}) do
    local at = redis.call('HGET', key, field)
    if at then redis.call('HSET', key, field, string.format('%.3f', tonumber(at) - tonumber(ARGV[2]))) end
  end
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, math.max(0, left - tonumber(ARGV[2]))) end
end`;

/** What each test of the contract needs, on one server. */
export class RedisBench {
  readonly #url: string;
  readonly #admin: Redis;

  constructor(url: string) {
    this.#url = url;
    this.#admin = new Redis(url);
  }

  /** Every key that the server has, with all that is stored under it. */
  async dump(): Promise<string> {
    const keys = await this.#admin.keys('*');
    return JSON.stringify(await Promise.all(keys.map(async (key) => [key, await this.#admin.hgetall(key)])));
  }

  /** A ledger on the server, which is emptied first. */
  async make({ times }: { times: LedgerTimes }): Promise<LedgerUnderTest> {
    await this.#admin.flushall();
    let moved = 0;
    const now = (): number => systemClock.monotonic() + moved;
    const clock: Clock = { ...systemClock, monotonic: now };
    const ledger = await openLedger(this.#url, { times, clock });
    const advance = async (ms: number): Promise<void> => {
      moved += ms;
      await this.#admin.eval(past, 0, prefix, ms);
    };
    return { ledger, advance, now, driftMs: 2000 };
  }

  close(): void {
    this.#admin.disconnect();
  }
}
