import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { problemOf } from '../../support/consolestub.ts';
import { deliveryId, deliveryOf, now, whoever, withConsole } from '../support.ts';

const why = ['--why', 'Ada has signed up'];
/** A second later: the console says its time in whole seconds. */
const until = new Date(now + 1000).toISOString();

/** So many deliveries of one page, and where the next one is. */
const pageOf = (count: number, cursor?: string) => ({
  deliveries: Array.from({ length: count }, () => deliveryOf()),
  ...(cursor !== undefined && { next_cursor: cursor }),
});

describe('`deliveries replay` and `deliveries discard` of one', () => {
  const asked = withConsole();

  it('change it without a question, and say what it is now', async () => {
    for (const [verb, operation, state] of [
      ['replay', 'replayDelivery', 'waiting'],
      ['discard', 'discardDelivery', 'discarded'],
    ] as const) {
      asked.stub.answer(operation, deliveryOf({ state }));
      const { code, stdout } = await asked.run(['deliveries', verb, deliveryId, ...why]);
      expect([code, stdout]).to.deep.equal([0, `${deliveryId} is ${state} now.\n`]);
      expect(asked.stub.requests.at(-1)).to.deep.include({ operation, body: { why: why[1] } });
    }
  });

  it("show the API's own document as JSON", async () => {
    asked.stub.answer('discardDelivery', deliveryOf({ state: 'discarded' }));
    const { stdout } = await asked.run(['deliveries', 'discard', deliveryId, ...why, '-o', 'json']);
    expect(JSON.parse(stdout)).to.deep.equal(deliveryOf({ state: 'discarded' }));
  });

  it('replay with a corrected webhook from a file or from the standard input, sign by sign', async () => {
    const body = '{ "id": "order-7",\n "amount": 10.0 }\n';
    const dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-body-'));
    await writeFile(join(dir, 'body.json'), body);
    asked.stub.answer('replayDelivery', deliveryOf({ state: 'waiting' }));
    const replay = ['deliveries', 'replay', deliveryId, ...why];
    await asked.run([...replay, '--body', join(dir, 'body.json')]);
    await asked.run([...replay, '--body', '-'], { stdin: body });
    await rm(dir, { recursive: true });
    const sent = { why: why[1], body };
    expect(asked.stub.requests.map((request) => request.body)).to.deep.equal([sent, sent]);
  });
});

describe('`deliveries discard --reason held`', () => {
  const asked = withConsole();
  const command = ['deliveries', 'discard', '--tenant', 'acme', '--reason', 'held', ...why];

  beforeEach(() => {
    asked.stub.answer('whoAmI', whoever);
  });

  it('counts what is held in that time, asks about it by that name, and discards it', async () => {
    asked.stub.answer('listDeliveries', pageOf(3));
    asked.stub.answer('discardDeliveries', { count: 3, has_more: false });
    const since = '2026-11-27T08:00:00.000Z';
    const { code, stdout, stderr } = await asked.run([...command, '--all', '--since', since], {
      stdin: 'y\n',
      isAsked: true,
    });
    expect([code, stdout]).to.deep.equal([0, '3 held deliveries were discarded.\n']);
    expect(stderr).to.contain('Discard 3 held deliveries of acme?');
    const filter = { tenant: 'acme', reason: 'held', since, until };
    const [, listed, discarded] = asked.stub.requests;
    expect(listed?.query).to.deep.equal({ ...filter, state: 'waiting', limit: '200' });
    expect(discarded?.body).to.deep.equal({ filter, why: why[1], limit: 1000 });
  });

  it('is not for what is parked', async () => {
    const { code, stderr } = await asked.run([...command, '--state', 'parked', '--yes']);
    expect([code, asked.stub.requests]).to.deep.equal([2, []]);
    expect(stderr).to.contain('What is held is not parked');
  });

  it('has no like among the replays of many', async () => {
    const { code, stderr } = await asked.run(
      [...command, '--yes'].map((word) => word.replace('discard', 'replay')),
    );
    expect([code, asked.stub.requests]).to.deep.equal([2, []]);
    expect(stderr).to.contain('name it by its delivery_id');
  });
});

for (const [verb, operation, done, question] of [
  ['replay', 'replayDeliveries', 'replayed', 'Replay 3 parked deliveries of acme?'],
  ['discard', 'discardDeliveries', 'discarded', 'Discard 3 parked deliveries of acme?'],
] as const)
  describe(`\`deliveries ${verb}\` of those that filters choose`, () => {
    const asked = withConsole();
    const command = ['deliveries', verb, '--tenant', 'acme', ...why];
    const changes = () => asked.stub.requests.filter((request) => request.operation === operation);
    const untils = () => changes().map(({ body }) => (body as { filter: { until: string } }).filter.until);

    beforeEach(() => {
      asked.stub.answer('whoAmI', whoever);
    });

    it('counts the parked ones and asks before it changes more than one', async () => {
      asked.stub.answer('listDeliveries', pageOf(3));
      asked.stub.answer(operation, { count: 3, has_more: false });
      const { code, stdout, stderr } = await asked.run([...command, '--reason', 'profile_not_found'], {
        stdin: 'y\n',
        isAsked: true,
      });
      expect([code, stdout, stderr]).to.deep.equal([
        0,
        `3 parked deliveries were ${done}.\n`,
        `${question} [y/N] `,
      ]);
      const filter = { tenant: 'acme', reason: 'profile_not_found', until };
      expect(asked.stub.requests[1]?.query).to.deep.equal({ ...filter, state: 'parked', limit: '200' });
      expect(changes().map(({ body }) => body)).to.deep.equal([{ filter, why: why[1], limit: 1000 }]);
    });

    for (const answer of ['n\n', '\n', '', 'yesterday\n'])
      it(`changes nothing after ${JSON.stringify(answer)}`, async () => {
        asked.stub.answer('listDeliveries', pageOf(3));
        const { code, stderr } = await asked.run(command, { stdin: answer, isAsked: true });
        expect([code, changes().length]).to.deep.equal([1, 0]);
        expect(stderr).to.contain('Nothing was changed.');
      });

    it('changes nothing where there is nobody to ask, and says that --yes is missing', async () => {
      asked.stub.answer('listDeliveries', pageOf(3));
      const { code, stderr } = await asked.run(command, { stdin: 'y\n' });
      expect([code, changes().length]).to.deep.equal([2, 0]);
      expect(stderr).to.equal(`omneo-gateway: ${question} There is nobody to ask here: say --yes.\n`);
    });

    it('asks nothing with --yes, and counts nothing', async () => {
      asked.stub.answer(operation, { count: 1000, has_more: true });
      const { code, stdout } = await asked.run([...command, '--yes']);
      expect(code).to.equal(0);
      expect(stdout).to.equal(
        `1000 parked deliveries were ${done}, and there are more: run it again, or with --all.\n`,
      );
      expect(asked.stub.requests.map((request) => request.operation)).to.deep.equal(['whoAmI', operation]);
    });

    it('asks nothing about one, and then changes no second that came meanwhile', async () => {
      asked.stub.answer('listDeliveries', pageOf(1));
      asked.stub.answer(operation, { count: 1, has_more: true });
      const { code, stdout } = await asked.run(command);
      expect(code).to.equal(0);
      expect(stdout).to.contain(`1 parked delivery was ${done}, and there are more`);
      expect(changes().map(({ body }) => (body as { limit: number }).limit)).to.deep.equal([1]);
    });

    it('changes nothing when there is nothing', async () => {
      asked.stub.answer('listDeliveries', pageOf(0));
      const { code, stdout } = await asked.run(command);
      expect([code, stdout, changes().length]).to.deep.equal([0, `0 parked deliveries were ${done}.\n`, 0]);
    });

    it('counts no further than its limit', async () => {
      asked.stub.answer('listDeliveries', pageOf(200, 'next'));
      asked.stub.answer(operation, { count: 150, has_more: true });
      const { stderr } = await asked.run([...command, '--limit', '150'], { stdin: 'yes\n', isAsked: true });
      expect(stderr).to.contain(' 150 parked deliveries of acme?');
      expect(asked.stub.requests.map((request) => request.operation)).to.deep.equal([
        'whoAmI',
        'listDeliveries',
        operation,
      ]);
      expect((changes()[0]?.body as { limit: number }).limit).to.equal(150);
    });

    it('goes on until nothing is left with --all, and asks about what was parked before it began alone', async () => {
      asked.stub.answer('listDeliveries', pageOf(200, 'next'));
      const results = [
        { count: 1000, has_more: true },
        { count: 1000, has_more: true },
        { count: 7, has_more: false },
      ];
      asked.stub.answer(operation, ...results);
      const { stdout, stderr } = await asked.run([...command, '--all'], { stdin: 'y\n', isAsked: true });
      expect(stderr).to.contain(' 1000 or more parked deliveries of acme?');
      expect(stdout).to.equal(`2007 parked deliveries were ${done}.\n`);
      expect(new Set(changes().map(({ body }) => JSON.stringify(body)))).to.have.length(1);
      expect(changes()[0]?.body).to.deep.equal({
        filter: { tenant: 'acme', until },
        why: why[1],
        limit: 1000,
      });
    });

    it('asks no more when nothing changes any more', async () => {
      asked.stub.answer(operation, { count: 0, has_more: true });
      await asked.run([...command, '--all', '--yes']);
      expect(changes()).to.have.length(1);
    });

    it('keeps an earlier --until, and takes no later one', async () => {
      asked.stub.answer(operation, { count: 1, has_more: false });
      await asked.run([...command, '--yes', '--until', '1h']);
      await asked.run([...command, '--yes', '--until', '1970-01-01']);
      await asked.run([...command, '--yes', '--until', '2027-01-01']);
      expect(untils()).to.deep.equal(['2026-11-27T11:00:00.000Z', '1970-01-01T00:00:00.000Z', until]);
    });

    for (const [what, offset] of [
      ['an hour behind', 3_600_000],
      ['an hour ahead of', -3_600_000],
    ] as const)
      it(`goes by the clock of the console where its own is ${what} that`, async () => {
        asked.stub.setTime(now + offset);
        asked.stub.answer(operation, { count: 1, has_more: false });
        await asked.run([...command, '--yes']);
        await asked.run([...command, '--yes', '--until', '2027-01-01']);
        const end = new Date(now + offset + 1000).toISOString();
        expect(untils()).to.deep.equal([end, end]);
      });

    it('lets the second pass that it takes in whole, so that nothing it replays in it counts again', async () => {
      let slept = 0;
      asked.stub.answer(operation, { count: 1, has_more: false });
      await asked.run([...command, '--yes'], { onSleep: (ms: number) => (slept += ms) });
      expect(slept).to.equal(1000);
    });

    it('changes nothing where the console does not say who asks', async () => {
      asked.stub.answer('whoAmI', problemOf(401, 'unauthenticated'));
      expect((await asked.run([...command, '--yes'])).code).to.equal(3);
      expect(changes()).to.deep.equal([]);
    });

    it("shows the API's own document as JSON", async () => {
      asked.stub.answer(operation, { count: 2, has_more: false });
      const { stdout } = await asked.run([...command, '--yes', '--state', 'parked', '-o', 'json']);
      expect(JSON.parse(stdout)).to.deep.equal({ count: 2, has_more: false });
    });
  });
