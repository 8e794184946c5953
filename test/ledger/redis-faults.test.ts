import { expect } from 'chai';
import { inspect } from 'node:util';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import type { RedisLedger } from '../../src/ledger/redis/redis.ts';
import { errorNames } from '../../src/lib/log.ts';
import { claimOf, entryOf, receipt } from './contract.ts';
import { type Lines, newLedger, openLedger } from './redis/bench.ts';
import { FakeRedis, fault, texts } from './redis/fake.ts';
import { eventually } from './redis/server.ts';

const entry = entryOf('order-1');

describe('a shared ledger whose server fails', () => {
  let fake: FakeRedis;
  let port: number;
  let ledger: RedisLedger;
  let lines: Lines;

  beforeEach(async () => {
    fake = new FakeRedis();
    port = await fake.listen();
    lines = [];
    ledger = await openLedger(`redis://ada:s3cr3t-pass@127.0.0.1:${port}`, { lines, answerMs: 100 });
  });
  afterEach(async () => {
    await ledger.close();
    await fake.close();
  });

  /** How a claim fails. */
  async function refusal(): Promise<unknown> {
    const error: unknown = await ledger.claim(entry).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(LedgerUnavailable);
    return error;
  }

  const logged = (...levels: string[]): string[] =>
    lines.filter(([level]) => levels.includes(level)).map(([, message]) => message);

  it('takes one round trip to claim and one to settle', async () => {
    const claim = claimOf(await ledger.claim(entry));
    fake.usually = texts('1');
    expect(await ledger.settle(claim, receipt)).to.equal(true);
    expect(fake.asked.map(({ script }) => script)).to.deep.equal(['claim', 'settle']);
  });

  it('sends the whole script to a server that does not know it', async () => {
    fake.next.push(fault('NOSCRIPT No matching script.'));
    expect((await ledger.claim(entry)).result).to.equal('won');
    expect(fake.asked.map(({ command, script }) => `${command} ${script}`)).to.deep.equal([
      'evalsha claim',
      'eval claim',
    ]);
  });

  for (const word of ['READONLY', 'OOM', 'LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'MISCONF', 'NOAUTH']) {
    it(`is unavailable when it is told ${word}, and recovers`, async () => {
      fake.next.push(fault(`${word} says the server`));
      expect(errorNames(await refusal()))
        .to.match(/^the ledger at 127\.0\.0\.1:\d+ cannot be used: its? [^:]+/)
        .and.to.contain(`< ReplyError(${word})`);
      await eventually('a claim', async () => (await ledger.claim(entry)).result === 'won');
    });
  }

  it('is unavailable when an answer takes too long, and recovers', async () => {
    fake.next.push(null);
    const asked = performance.now();
    await refusal();
    expect(performance.now() - asked).to.be.below(1000);
    await eventually('a claim', async () => (await ledger.claim(entry)).result === 'won');
  });

  it('is unavailable when the script is not known and its text gets no answer', async () => {
    fake.next.push(fault('NOSCRIPT No matching script.'), null);
    await refusal();
  });

  it('asks once more when the connection breaks before the answer, under the same owner', async () => {
    fake.next.push('cut');
    expect((await ledger.claim(entry)).result).to.equal('won');
    const [first, again] = fake.asked;
    expect(again?.args).to.deep.equal(first?.args);
  });

  it('is unavailable when an answer is not what a script gives', async () => {
    for (const strange of [':1\r\n', '*1\r\n:1\r\n', texts('epoch-1', '150000', 'maybe'), texts()]) {
      fake.next.push(strange);
      await refusal();
    }
  });

  it('is unavailable at once while the server refuses connections, and says so in one line', async () => {
    await fake.close();
    await eventually('the loss', async () => {
      const asked = performance.now();
      await refusal();
      return performance.now() - asked < 20;
    });
    await refusal();
    const told = (): string[] => logged('warn', 'error', 'info');
    expect(told()).to.deep.equal(['the ledger cannot be reached; webhooks get 503']);
    fake = new FakeRedis();
    await fake.listen(port);
    await eventually('a claim', async () => (await ledger.claim(entry)).result === 'won');
    expect(told()).to.deep.equal(['the ledger cannot be reached; webhooks get 503', 'the ledger is back']);
  });

  it('warns once when a gateway with a longer lease or settle window uses it too', async () => {
    fake.usually = texts('epoch-1', '900000', 'won', 'order-1');
    for (let n = 0; n < 3; n += 1) await ledger.claim(entry);
    const warnings = lines.filter(([level]) => level === 'warn');
    expect(warnings.map(([, message, fields]) => [message, fields])).to.deep.equal([
      [
        'another gateway on this ledger has a longer LEASE_MS or SETTLE_WINDOW_MS, which counts for all; give them the same',
        { longest_ms: 900_000, own_ms: 150_000 },
      ],
    ]);
  });

  it('hands the epoch that it saw last to every claim and renewal', async () => {
    const claim = claimOf(await ledger.claim(entry));
    fake.next.push(texts('epoch-2', '150000', '1'));
    expect(await ledger.renew(claim)).to.include({ owner: claim.owner });
    fake.usually = texts('epoch-2', '150000', 'won', 'order-1');
    await ledger.claim(entry);
    const epochs = fake.asked.map(({ args }) => args.find((arg) => arg.startsWith('epoch-')));
    expect(epochs).to.deep.equal(['epoch-1', 'epoch-1', 'epoch-2']);
    expect(logged('warn')).to.deep.equal([
      'the ledger was emptied; nothing new is issued until the settle window has passed',
    ]);
  });

  it('writes neither passwords nor what was claimed into logs and errors', async () => {
    fake.next.push(fault('OOM command not allowed'));
    const error = await refusal();
    await fake.close();
    await refusal();
    expect(lines).not.to.have.length(0);
    const written = JSON.stringify(lines) + inspect(error, { depth: 20, showHidden: true });
    expect(written).not.to.match(/s3cr3t|order-1|ada-42/);
    fake = new FakeRedis();
    await fake.listen();
  });
});

describe('the check of a shared ledger at the start', () => {
  let fake: FakeRedis;

  beforeEach(() => {
    fake = new FakeRedis();
  });
  afterEach(() => fake.close());

  /** What the ledger warns of; throws what its check throws. */
  async function check(info: string): Promise<readonly string[]> {
    fake.info = info;
    const lines: Lines = [];
    const ledger = newLedger(`redis://127.0.0.1:${await fake.listen()}`, { lines });
    try {
      await ledger.check();
      return lines.filter(([level]) => level === 'warn').map(([, message]) => message);
    } finally {
      await ledger.close();
    }
  }

  it('has nothing to say about a primary that evicts nothing', async () => {
    expect(await check(fake.info)).to.deep.equal([]);
    const valkey = 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.8\r\nrole:master\r\n';
    await fake.close();
    fake = new FakeRedis();
    expect(await check(valkey)).to.deep.equal([]);
  });

  it('warns of a server that evicts', async () => {
    const [warning, ...more] = await check('redis_version:6.2.0\r\nmaxmemory_policy:allkeys-lru\r\n');
    expect(warning).to.match(/^The ledger's server has maxmemory-policy allkeys-lru: .*noeviction\.$/);
    expect(more).to.deep.equal([]);
  });

  it('never passes on a server that is too old, and no webhook is kept there', async () => {
    for (const version of ['6.0.16', '5.0.7', '2.8']) {
      const error: unknown = await check(`redis_version:${version}\r\n`).catch((reason: unknown) => reason);
      expect(String(error)).to.match(/^UnusableServer: The ledger's server is too old: .* Redis 6\.2 .*\.$/);
      await fake.close();
      fake = new FakeRedis();
    }
    await fake.listen();
  });

  it('passes once the server is there', async () => {
    const port = await fake.listen();
    await fake.close();
    const ledger = await openLedger(`redis://127.0.0.1:${port}`, { answerMs: 100 });
    expect(String(await ledger.check().catch((error: unknown) => error))).to.match(/nothing listens there/);
    fake = new FakeRedis();
    await fake.listen(port);
    await eventually('a check that passes', async () => {
      await ledger.check();
      return true;
    });
    expect((await ledger.claim(entry)).result).to.equal('won');
    await ledger.close();
  });
});
