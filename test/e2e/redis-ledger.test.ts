import { expect } from 'chai';
import { Redis } from 'ioredis';
import {
  type ClaimResult,
  type Ledger,
  type LedgerTimes,
  LedgerUnavailable,
} from '../../src/ledger/ledger.ts';
import type { RedisLedger } from '../../src/ledger/redis/redis.ts';
import { errorNames } from '../../src/lib/log.ts';
import { claimOf, unconfirmed, entryOf, receipt } from '../ledger/contract.ts';
import { type Lines, openLedger, prefix } from '../ledger/redis/bench.ts';
import { Server } from '../ledger/redis/server.ts';
import { needTools } from './needs.ts';
import { eventually } from './time.ts';
import { tool } from './tools/tool.ts';

/** Real time passes in these tests, so everything is short: after a loss the ledger is quiet for lease + settle window. */
const times: LedgerTimes = { leaseMs: 400, settleWindowMs: 300, retentionMs: 60_000 };
const quietMs = times.leaseMs + times.settleWindowMs;
const answerMs = 250;

/** How a call that must fail does so: the names of the error and its causes. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const asked = performance.now();
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(LedgerUnavailable);
  expect(performance.now() - asked).to.be.below(4 * answerMs);
  return errorNames(error);
}

describe('the shared ledger on a real Redis', function () {
  let path: string;
  const servers: Server[] = [];
  const ledgers: Ledger[] = [];
  const admins: Redis[] = [];

  before(async function () {
    await needTools(this, 'redis-server');
    path = await tool('redis-server');
  });
  afterEach(async () => {
    await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
    for (const admin of admins.splice(0)) admin.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.remove()));
  });

  async function start(...args: string[]): Promise<Server> {
    const server = await Server.start(path, args);
    servers.push(server);
    return server;
  }

  /** What one replica of the gateway has. */
  async function replica(url: string, lines: Lines = []): Promise<RedisLedger> {
    const ledger = await openLedger(url, { times, answerMs, lines });
    ledgers.push(ledger);
    return ledger;
  }

  function adminOf(server: Server, options: { enableReadyCheck?: boolean } = {}): Redis {
    const admin = new Redis(server.url, { retryStrategy: () => 50, ...options });
    admin.on('error', () => undefined); // It comes back by itself, like the ledger.
    admins.push(admin);
    return admin;
  }

  async function issue(ledger: Ledger, key: string): Promise<void> {
    expect(await ledger.settle(claimOf(await ledger.claim(entryOf(key))), receipt)).to.equal(true);
  }

  /** The first answer to a claim that comes, once the server is back. */
  async function answerOf(ledger: Ledger, key: string): Promise<ClaimResult> {
    return eventually('an answer', () => ledger.claim(entryOf(key)), { everyMs: 10 });
  }

  function expectQuiet(result: ClaimResult): void {
    expect(result.result).to.equal('unconfirmed');
    expect('believeMissIn' in result && result.believeMissIn).to.be.within(1, quietMs);
  }

  /** After a loss: nothing new is created, from now until the settle window has passed, and then it is. */
  async function expectQuietThenWon(ledger: Ledger, key: string): Promise<void> {
    const quiet = await answerOf(ledger, key);
    expectQuiet(quiet);
    await ledger.release(claimOf(quiet));
    const won = await eventually('a claim that is won', async () => {
      const result = await ledger.claim(entryOf(key));
      if (result.result === 'won') return result;
      await ledger.release(claimOf(result));
      return undefined;
    });
    await ledger.release(claimOf(won));
  }

  it('wins on a new server at once', async () => {
    const server = await start();
    expect((await (await replica(server.url)).claim(entryOf('a'))).result).to.equal('won');
    expect((await (await replica(server.url)).claim(entryOf('b'))).result).to.equal('won');
  });

  it('is unavailable while the server is gone, and quiet when it comes back empty', async () => {
    const server = await start();
    const lines: Lines = [];
    const ledger = await replica(server.url, lines);
    await issue(ledger, 'before');
    await server.kill();
    await refusal(ledger.claim(entryOf('a')));
    await server.revive();
    await expectQuietThenWon(ledger, 'a');
    expect(lines.map(([, message]) => message)).to.include.members([
      'the ledger cannot be reached; webhooks get 503',
      'the ledger is back',
      'the ledger was emptied; nothing new is issued until the settle window has passed',
    ]);
  });

  it('is quiet also for a replica that started after the server was emptied', async () => {
    const server = await start();
    const old = await replica(server.url);
    await issue(old, 'before');
    await server.kill();
    await server.revive();
    await answerOf(old, 'a');
    expectQuiet(await (await replica(server.url)).claim(entryOf('b')));
  });

  it('is quiet once an older replica sees what a newer one took for a new server', async () => {
    const server = await start();
    const old = await replica(server.url);
    const admin = adminOf(server);
    await admin.flushall();
    const fresh = await replica(server.url);
    expect((await fresh.claim(entryOf('a'))).result).to.equal('won');
    expectQuiet(await old.claim(entryOf('b')));
    expectQuiet(await fresh.claim(entryOf('c')));
  });

  it('is quiet from an emptying on, not from each replica that notices it', async () => {
    const server = await start();
    const replicas = await Promise.all([1, 2, 3].map(() => replica(server.url)));
    await adminOf(server).flushall();
    const quietUntil = async (): Promise<string | null> => adminOf(server).hget(prefix, 'quiet');
    await replicas[0]?.claim(entryOf('a'));
    const first = await quietUntil();
    for (const [n, one] of replicas.entries()) expectQuiet(await one.claim(entryOf(`b${n}`)));
    expect(await quietUntil()).to.equal(first);
  });

  it('remembers what was issued when it comes back from its AOF, and is quiet for what is new', async () => {
    const server = await start('--appendonly', 'yes');
    const ledger = await replica(server.url);
    await issue(ledger, 'before');
    const held = claimOf(await ledger.claim(entryOf('held')));
    await server.kill();
    await refusal(ledger.claim(entryOf('before')));
    await server.revive(['--appendonly', 'yes']);
    expect(await answerOf(ledger, 'before')).to.deep.equal({
      result: 'issued',
      receipt,
      externalId: 'before',
    });
    expect(await ledger.renew(held)).to.equal(null);
    expect(await ledger.settle(held, receipt)).to.equal(true);
    await expectQuietThenWon(ledger, 'a');
  });

  it('is unavailable while the server is frozen, and recovers by itself', async () => {
    const server = await start();
    const ledger = await replica(server.url);
    server.freeze();
    await refusal(ledger.claim(entryOf('a')));
    await refusal(ledger.claim(entryOf('b')));
    server.thaw();
    expect((await answerOf(ledger, 'c')).result).to.equal('won');
    // What was asked before may have been carried out since: nobody holds it, so it is busy until its lease ends.
    const late = await eventually('the end of the lost lease', async () => {
      const result = await ledger.claim(entryOf('a'));
      return result.result !== 'busy' && result;
    });
    expect(late.result).to.be.oneOf(['won', 'unconfirmed']);
  });

  it('is unavailable while the server is busy for too long', async () => {
    const server = await start('--enable-debug-command', 'yes');
    const ledger = await replica(server.url);
    const admin = adminOf(server);
    await admin.ping();
    const nap = admin.call('DEBUG', 'SLEEP', '1');
    await refusal(ledger.claim(entryOf('a')));
    await nap;
    await eventually('a claim', async () => (await ledger.claim(entryOf('b'))).result === 'won');
  });

  it('issues nothing new when the server is out of memory, but settles what is under way', async () => {
    const server = await start('--maxmemory-policy', 'noeviction');
    const ledger = await replica(server.url);
    const held = claimOf(await ledger.claim(entryOf('held')));
    const unknown = claimOf(await ledger.claim(entryOf('unknown')));
    await adminOf(server).config('SET', 'maxmemory', '1');
    expect(await refusal(ledger.claim(entryOf('a')))).to.match(/out of memory.* < ReplyError\(OOM\)$/);
    expect(await ledger.settle(held, receipt)).to.equal(true);
    await ledger.markUnconfirmed(unknown, unconfirmed);
    expect((await ledger.claim(entryOf('held'))).result).to.equal('issued');
    await adminOf(server).config('SET', 'maxmemory', '0');
    expect((await ledger.claim(entryOf('a'))).result).to.equal('won');
    expect((await ledger.claim(entryOf('unknown'))).result).to.equal('unconfirmed');
  });

  it('is unavailable on a replica, and quiet once that was made the primary', async () => {
    const primary = await start('--repl-diskless-sync-delay', '0');
    const secondary = await start();
    const admin = adminOf(secondary);
    await issue(await replica(primary.url), 'before');
    await admin.replicaof('127.0.0.1', primary.port);
    await eventually('replication', async () => (await admin.exists(`${prefix}:acme/id/before`)) === 1);
    const ledger = await replica(secondary.url);
    expect(await refusal(ledger.check())).to.contain('it is a replica');
    await eventually('a claim that is told so', async () =>
      (await refusal(ledger.claim(entryOf('a')))).includes('READONLY'),
    );
    await admin.replicaof('NO', 'ONE');
    expect(await answerOf(ledger, 'before')).to.include({ result: 'issued' });
    await expectQuietThenWon(ledger, 'a');
  });

  it('is unavailable while the server loads its data', async () => {
    const server = await start('--appendonly', 'yes');
    const ledger = await replica(server.url);
    await issue(ledger, 'before');
    const admin = adminOf(server);
    await admin.eval("for i = 1, 2000 do redis.call('SET', 'filling:' .. i, i) end", 0);
    await admin.bgrewriteaof();
    await eventually('the rewrite', async () =>
      /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(await admin.info('persistence')),
    );
    await server.kill();
    const slowly = ['--key-load-delay', '1000', '--loading-process-events-interval-bytes', '1024'];
    const loaded = server.revive(['--appendonly', 'yes', ...slowly]);
    const witness = adminOf(server, { enableReadyCheck: false });
    await eventually('the loading', async () => /^loading:1/m.test(await witness.info('persistence')));
    await refusal(ledger.claim(entryOf('before')));
    await loaded;
    expect(await answerOf(ledger, 'before')).to.include({ result: 'issued' });
  });

  it('follows the sentinels to the new primary', async () => {
    const primary = await start('--repl-diskless-sync-delay', '0');
    const secondary = await start('--replicaof', '127.0.0.1', String(primary.port));
    const sentinel = await startSentinel(primary.port);
    const ledger = await replica(`redis+sentinel://127.0.0.1:${sentinel.port}/ledger`);
    await issue(ledger, 'before');
    const admin = adminOf(secondary);
    await eventually('replication', async () => (await admin.exists(`${prefix}:acme/id/before`)) === 1);
    await primary.kill();
    await eventually(
      'the failover',
      async () => {
        const result = await ledger.claim(entryOf('before'));
        return result.result === 'issued';
      },
      { timeoutMs: 30_000 },
    );
    await expectQuietThenWon(ledger, 'a');
  });

  async function startSentinel(primary: number): Promise<Server> {
    const config = [
      `sentinel monitor ledger 127.0.0.1 ${primary} 1`,
      'sentinel down-after-milliseconds ledger 500',
      'sentinel failover-timeout ledger 2000',
    ];
    const server = await Server.startSentinel(path, config);
    servers.push(server);
    return server;
  }

  it('works on a cluster', async () => {
    const server = await start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
    const admin = adminOf(server);
    await admin.cluster('ADDSLOTSRANGE', 0, 16383);
    await eventually('the cluster', async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
    const ledger = await replica(`redis+cluster://127.0.0.1:${server.port}`);
    await ledger.check();
    for (const key of ['a', 'b', 'c', 'd']) {
      const claim = claimOf(await ledger.claim(entryOf(key)));
      await ledger.markUnconfirmed(claim, unconfirmed);
      const again = claimOf(await ledger.claim(entryOf(key)));
      expect(await ledger.renew(again)).not.to.equal(null);
      expect(await ledger.settle(again, receipt)).to.equal(true);
    }
    await server.kill();
    await refusal(ledger.claim(entryOf('e')));
  });

  it('needs no more of an ACL user than its documentation lists, and shows no wrong password', async () => {
    const server = await start();
    await adminOf(server).acl(
      'SETUSER',
      'gateway',
      'on',
      '>s3cr3t',
      '~omneo-gateway:v1:*',
      '+evalsha',
      '+eval',
      '+time',
      '+info',
      '+hget',
      '+hmget',
      '+hset',
      '+hdel',
      '+hexists',
      '+del',
      '+pexpire',
      '+pttl',
    );
    const at = (login: string): string => server.url.replace('//', `//${login}@`);
    await issue(await replica(at('gateway:s3cr3t')), 'a');
    const lines: Lines = [];
    const wrong = await replica(at('gateway:s3cr3t-but-wrong'), lines);
    await refusal(wrong.claim(entryOf('b')));
    expect(JSON.stringify(lines)).not.to.contain('s3cr3t');
  });

  it('keeps an issued id in a few hundred bytes', async () => {
    const server = await start();
    const ledger = await replica(server.url);
    const admin = adminOf(server);
    const key = `acme/id/${'x'.repeat(43)}`;
    const entry = {
      key,
      tenant: 'acme',
      fingerprint: 'f'.repeat(43),
      externalId: 'winback-2026-11-0123456789',
    };
    await ledger.settle(claimOf(await ledger.claim(entry)), receipt);
    expect(await admin.memory('USAGE', `${prefix}:${key}`)).to.be.below(400);
  });
});
