import { expect } from 'chai';
import { deliveryId, deliveryOf, withConsole } from '../support.ts';

const other = '77aa6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57';

describe('`deliveries list`', () => {
  const asked = withConsole();
  const list = (...args: string[]) => asked.run(['deliveries', 'list', ...args]);

  it('asks by the filters that it is given, and by no other', async () => {
    asked.stub.answer('listDeliveries', { deliveries: [] });
    const filters = ['--tenant', 'acme', '--action', 'rewards', '--state', 'parked', '--reason', 'rejected'];
    const search = ['--id', 'order-7', '--person-id', '01ADA', '--email', 'ada@example.com'];
    const times = ['--since', '2h', '--until', '2026-11-27', '--limit', '7'];
    expect((await list(...filters, ...search, ...times)).code).to.equal(0);
    expect(asked.stub.requests[0]?.query).to.deep.equal({
      ...{ tenant: 'acme', action: 'rewards', state: 'parked', reason: 'rejected', limit: '7' },
      ...{ id: 'order-7', person_id: '01ADA', email: 'ada@example.com' },
      ...{ since: '2026-11-27T10:00:00.000Z', until: '2026-11-27T00:00:00.000Z' },
    });
    await list();
    expect(asked.stub.requests[1]?.query).to.deep.equal({});
  });

  for (const [option, name] of [
    ['--id', 'id'],
    ['--person-id', 'person_id'],
    ['--email', 'email'],
  ] as const)
    it(`reads ${option} - from the standard input, where no list of processes shows it`, async () => {
      asked.stub.answer('listDeliveries', { deliveries: [] });
      await asked.run(['deliveries', 'list', '--tenant', 'acme', option, '-'], {
        stdin: ' ada@example.com \nmore\n',
      });
      expect(asked.stub.requests[0]?.query).to.deep.equal({ tenant: 'acme', [name]: 'ada@example.com' });
    });

  it('shows a table, and says beside it that there are more', async () => {
    const issued = { state: 'issued', reason: undefined, result: { reward_id: 4711 }, attempts: 2 };
    const deliveries = [deliveryOf(), deliveryOf({ ...issued, delivery_id: other } as object)];
    asked.stub.answer('listDeliveries', { deliveries, next_cursor: 'next' });
    const { stdout, stderr } = await list();
    expect(stdout.split('\n')).to.deep.equal([
      'DELIVERY                              TENANT  STATE   REASON             AGE  SUMMARY                                       ATTEMPTS  ACTION',
      `${deliveryId}  acme    parked  profile_not_found  2h   reward definition 42, amount 10               1         rewards`,
      `${other}  acme    issued                     2h   reward definition 42, amount 10, reward 4711  2         rewards`,
      '',
    ]);
    expect(stderr).to.equal('There are more: --all lists them all.\n');
  });

  it('fits its table into the screen', async () => {
    asked.stub.answer('listDeliveries', { deliveries: [deliveryOf()] });
    const { stdout } = await asked.run(['deliveries', 'list'], { columns: 80 });
    expect(stdout.split('\n')[1]).to.equal(`${deliveryId}  acme    parked  profile_n…  2h   reward d…`);
  });

  it("shows the API's own document as JSON, with the cursor and without a word beside it", async () => {
    const page = { deliveries: [deliveryOf()], next_cursor: 'next' };
    asked.stub.answer('listDeliveries', page);
    const { stdout, stderr } = await list('--output', 'json');
    expect(JSON.parse(stdout)).to.deep.equal(page);
    expect(stderr).to.equal('');
  });

  describe('with --all', () => {
    const pages = [
      { deliveries: [deliveryOf()], next_cursor: 'one' },
      { deliveries: [], next_cursor: 'two' },
      { deliveries: [deliveryOf({ delivery_id: other })] },
    ];

    it('asks page by page, 200 at a time', async () => {
      asked.stub.answer('listDeliveries', ...pages);
      const { stdout, stderr } = await list('--all', '--tenant', 'acme');
      const ids = stdout.split('\n').map((line) => line.split(' ')[0]);
      expect(ids).to.deep.equal(['DELIVERY', deliveryId, other, '']);
      expect(stderr).to.equal('');
      const fixed = { tenant: 'acme', limit: '200' };
      expect(asked.stub.requests.map(({ query }) => query)).to.deep.equal([
        fixed,
        { ...fixed, cursor: 'one' },
        { ...fixed, cursor: 'two' },
      ]);
    });

    it('is one document as JSON', async () => {
      asked.stub.answer('listDeliveries', ...pages);
      const { stdout } = await list('--all', '--output', 'json');
      expect(JSON.parse(stdout)).to.deep.equal({
        deliveries: [deliveryOf(), deliveryOf({ delivery_id: other })],
      });
    });

    it('is one document as JSON when there is nothing', async () => {
      asked.stub.answer('listDeliveries', { deliveries: [] });
      expect(JSON.parse((await list('--all', '--output', 'json')).stdout)).to.deep.equal({ deliveries: [] });
    });
  });

  it('shows nothing of a delivery that a terminal would obey', async () => {
    asked.stub.answer('listDeliveries', { deliveries: [deliveryOf({ summary: { meta: '\u001b[2J' } })] });
    for (const form of ['table', 'json']) expect((await list('-o', form)).stdout).not.to.contain('\u001b');
  });
});
