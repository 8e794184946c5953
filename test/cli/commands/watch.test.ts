import { expect } from 'chai';
import { problemOf } from '../../support/consolestub.ts';
import { activityOf, tenantOf, withConsole } from '../support.ts';

describe('watching', () => {
  const asked = withConsole();

  /** What a tenant has waiting at each look, until nothing waits. */
  function backfill(...waiting: readonly number[]): void {
    asked.stub.answer(
      'listTenants',
      ...waiting.map((count) => ({ tenants: [tenantOf({ waiting: count })] })),
    );
    asked.stub.answer('readActivity', ...waiting.map((count) => activityOf(1000 - count)));
  }

  const lines = async (args: readonly string[], given = {}): Promise<string[]> =>
    (await asked.run(args, given)).stdout.split('\n');

  for (const args of [
    ['tenants', '--watch'],
    ['tenants', '--watch', '--tenant', 'acme'],
    ['deliveries', 'list', '--watch', '--tenant', 'acme'],
  ])
    it(`says by \`${args.join(' ')}\` how what waits becomes less, each time that it does`, async () => {
      backfill(1000, 750, 750, 0);
      expect(await lines(args)).to.deep.equal([
        '2026-11-27 12:00:00 UTC acme 0 %: 1000 waiting, 0 parked; 0 issued of those that arrived in 24 h',
        '2026-11-27 12:00:05 UTC acme 25 %: 750 waiting, 0 parked, about 15s left; 250 issued of those that arrived in 24 h',
        '2026-11-27 12:00:10 UTC acme 25 %: 750 waiting, 0 parked, about 30s left; 250 issued of those that arrived in 24 h',
        '2026-11-27 12:00:15 UTC acme 100 %: 0 waiting, 0 parked; 1000 issued of those that arrived in 24 h',
        '',
      ]);
    });

  it('shows the progress of a back-fill that arrived more than a day ago, and counts in no hour', async () => {
    backfill(1000, 400, 0);
    asked.stub.answer('readActivity', activityOf(0));
    const shares = (await lines(['tenants', '--watch'])).map((line) => / (\d+) %/.exec(line)?.[1]);
    expect(shares).to.deep.equal(['0', '60', '100', undefined]);
  });

  it('begins anew when more waits than before', async () => {
    backfill(0, 500, 1000, 250, 0);
    const shares = (await lines(['tenants', '--watch', '--tenant', 'acme'])).map(
      (line) => / (\d+) %/.exec(line)?.[1],
    );
    expect(shares).to.deep.equal(['100', '0', '0', '75', '100', undefined]);
  });

  it('draws a bar on a screen, each time in place of the last one', async () => {
    backfill(1000, 750, 0);
    const [first, second, third, ...same] = await lines(['tenants', '--watch'], { columns: 80, rows: 24 });
    const redrawn = '\x1b[1A\x1b[J';
    expect(first).to.equal(`acme ${'░'.repeat(40)} 0 %: 1000 waiting, 0 parked`);
    expect(second).to.equal(
      `${redrawn}acme ${'█'.repeat(7)}${'░'.repeat(24)} 25 %: 750 waiting, 0 parked, about 15s left`,
    );
    expect(third).to.equal(`${redrawn}acme ${'█'.repeat(40)} 100 %: 0 waiting, 0 parked`);
    expect(new Set(same)).to.have.keys([third, '']);
  });

  it('ends when nothing has waited for 30 s, as what is counted may be older than a back-fill', async () => {
    let slept = 0;
    asked.stub.answer(
      'listTenants',
      ...[5, 0, 0, 5, 0].map((waiting) => ({ tenants: [tenantOf({ waiting })] })),
    );
    asked.stub.answer('readActivity', activityOf(0));
    const { code } = await asked.run(['tenants', '--watch'], { onSleep: (ms: number) => (slept += ms) });
    expect([code, slept]).to.deep.equal([0, 15_000 + 30_000]);
  });

  it('leaves out tenants in which nothing waits', async () => {
    asked.stub.answer('listTenants', { tenants: [tenantOf(), tenantOf({ slug: 'bloom' })] });
    expect(await lines(['tenants', '--watch'])).to.deep.equal(['2026-11-27 12:00:00 UTC Nothing waits.', '']);
    expect(asked.stub.requests.map(({ operation }) => operation)).not.to.include('readActivity');
  });

  it('shows no more lines than the screen has, so that the cursor finds back', async () => {
    const slugs = ['a', 'b', 'c', 'd'].map((slug) => tenantOf({ slug, waiting: 1 }));
    const none = { tenants: [] };
    asked.stub.answer('listTenants', { tenants: slugs }, none);
    asked.stub.answer('readActivity', activityOf(0));
    const [first, second, third] = await lines(['tenants', '--watch'], { columns: 60, rows: 3 });
    expect([first?.[0], second?.[0]]).to.deep.equal(['a', 'b']);
    expect(third).to.equal('\x1b[2A\x1b[JNothing waits.');
  });

  it('goes on when the console is away for a moment', async () => {
    const away = problemOf(503, 'unavailable');
    asked.stub.answer('listTenants', { tenants: [tenantOf({ waiting: 1 })] }, away, away, {
      tenants: [tenantOf()],
    });
    asked.stub.answer('readActivity', activityOf(0));
    const { code, stdout } = await asked.run(['tenants', '--watch', '--tenant', 'acme']);
    expect(code).to.equal(0);
    expect(stdout).to.contain('The console does not answer just now; it is asked again.');
    expect(stdout.trim().split('\n').at(-1)).to.contain('0 waiting');
  });

  it('gives up when the console is away for two minutes', async () => {
    let slept = 0;
    asked.stub.answer('listTenants', problemOf(503, 'unavailable'));
    const { code } = await asked.run(['tenants', '--watch'], { onSleep: (ms: number) => (slept += ms) });
    expect([code, slept]).to.deep.equal([1, 125_000]);
  });

  it('ends at once when it may not look', async () => {
    asked.stub.answer('listTenants', problemOf(403, 'forbidden'));
    expect((await asked.run(['tenants', '--watch'])).code).to.equal(3);
    expect(asked.stub.requests).to.have.length(1);
  });
});
