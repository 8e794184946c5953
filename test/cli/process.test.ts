import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { deliveryOf, tenantOf, whoever, withConsole } from './support.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('the process of the command line', () => {
  const asked = withConsole();

  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args], { env: { ...process.env, ...asked.env() } });

  const exitOf = async (child: ChildProcess): Promise<unknown[]> => (await once(child, 'exit')) as unknown[];

  it('prints what was asked for on stdout and nothing on stderr, and ends with 0', async () => {
    asked.stub.answer('listTenants', { tenants: [tenantOf()] });
    const child = start('tenants', '--output', 'json');
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      exitOf(child),
    ]);
    expect([JSON.parse(stdout), stderr, code]).to.deep.equal([{ tenants: [tenantOf()] }, '', 0]);
  });

  it('ends with the code that the table of exit codes has', async () => {
    const child = start('deliveries', 'show', 'x');
    const [stderr, [code]] = await Promise.all([text(child.stderr!), exitOf(child)]);
    expect(code).to.equal(2);
    expect(stderr).to.match(/^omneo-gateway: [^\n]+\n$/);
  });

  it('ends in peace when whoever reads has read enough', async () => {
    const deliveries = Array.from({ length: 200 }, () => deliveryOf());
    // There is always one page more.
    asked.stub.answer('listDeliveries', { deliveries, next_cursor: 'next' });
    const child = start('deliveries', 'list', '--all');
    const stderr = text(child.stderr!);
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    expect([(await exitOf(child))[0], await stderr]).to.deep.equal([0, '']);
  });

  it('asks on standard error, so that standard output has nothing but what was asked for', async () => {
    asked.stub.answer('whoAmI', whoever);
    asked.stub.answer('listDeliveries', { deliveries: [deliveryOf(), deliveryOf()] });
    const child = start('deliveries', 'replay', '--tenant', 'acme', '--why', 'x');
    const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    expect([stdout, stderr]).to.deep.equal([
      '',
      'omneo-gateway: Replay 2 parked deliveries of acme? There is nobody to ask here: say --yes.\n',
    ]);
  });
});
