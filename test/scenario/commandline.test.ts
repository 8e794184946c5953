/** Support's way from a question to a reward, by the command line and a gateway with SQLite and tenants in a folder. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { ApiDelivery, ApiDeliveryDetails, ApiDeliveryPage } from '../../src/cli/client/answers.ts';
import { type Run, type RunGiven, runCli } from '../cli/support.ts';
import { eventually } from '../support/eventually.ts';
import { secretOf, secretsOf, tenantObject } from '../support/gateway.ts';
import { type GatewayProcess, spawnGateway } from '../support/process.ts';
import { webhook } from '../support/webhooks.ts';

const email = 'fay@example.com';
const fay = { person_id: '01ACMEFAY', email };

describe('The command line on a gateway', () => {
  let dir: string;
  let sandbox: Sandbox;
  let gateway: GatewayProcess;
  let port: number;
  let env: Record<string, string>;

  const file = (name: string): string => join(dir, name);

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-commands-'));
    sandbox = await startSandbox({ tenants: sample });
    await mkdir(file('tenants'));
    const secrets = Object.entries(secretsOf('acme')).map(([name, stringData]) => {
      return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
    });
    const objects = [tenantObject('acme', { baseURL: sandbox.baseURL('acme') }), ...secrets];
    await writeFile(file('tenants/acme.yaml'), objects.map((each) => JSON.stringify(each)).join('\n---\n'));
    await writeFile(file('token'), 'admin-token-of-the-scenario');
    gateway = spawnGateway({
      TENANTS_DIR: file('tenants'),
      ALLOW_INSECURE_UPSTREAM: 'true',
      LEDGER_URL: `sqlite:${file('ledger.db')}`,
      ADMIN_TOKEN_FILE: file('token'),
    });
    const line = await gateway.said('listening');
    port = Number(line['port']);
    env = { CONSOLE_PORT: String(line['console_port']), ADMIN_TOKEN_FILE: file('token') };
  });

  after(async () => {
    gateway.child.kill('SIGTERM');
    await gateway.exited;
    await sandbox.close();
    await rm(dir, { recursive: true });
  });

  const run = (args: string, given: RunGiven = {}): Promise<Run> =>
    runCli(args.split(' '), { ...given, env: { ...env, ...given.env } });

  /** What a command answers as JSON. */
  async function read<T>(args: string, given: RunGiven = {}): Promise<T> {
    const { code, stdout, stderr } = await run(`${args} --output json`, given);
    expect([code, stderr]).to.deep.equal([0, '']);
    return JSON.parse(stdout) as T;
  }

  /** A webhook that is parked, since its customer is not in Omneo. */
  async function park(id: string): Promise<ApiDelivery> {
    const answer = await eventually(async () => {
      const { statusCode, body } = await request(
        `http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-omneo-secret': secretOf('acme') },
          body: JSON.stringify(webhook({ id, ...fay })),
        },
      );
      const text = await body.text();
      expect(statusCode, text).to.equal(404);
      return JSON.parse(text) as { delivery_id: string };
    });
    const { delivery } = await read<ApiDeliveryDetails>(`deliveries show ${answer.delivery_id}`);
    return delivery;
  }

  it('finds why Fay got no reward by her e-mail, and replays the webhook once she is in Omneo', async () => {
    const parked = await park('welcome-1');
    const search = 'deliveries list --tenant acme --state parked --email -';
    const { deliveries } = await read<ApiDeliveryPage>(search, { stdin: email });
    expect(deliveries.map((each) => each.delivery_id)).to.deep.equal([parked.delivery_id]);
    expect(parked).to.include({ state: 'parked', reason: 'profile_not_found' });

    sandbox.addProfiles('acme', [{ id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a09', email, firstName: 'Fay' }]);
    const replay = await run(`deliveries replay ${parked.delivery_id} --why Fay-has-signed-up`);
    expect(replay).to.deep.equal({ code: 0, stdout: `${parked.delivery_id} is waiting now.\n`, stderr: '' });
    await eventually(async () => {
      const { stdout } = await run(`deliveries show ${parked.delivery_id}`);
      expect(stdout).to.match(/^State +issued$/m);
      expect(stdout).to.match(/^Result +reward \d+, found by e-mail$/m);
      expect(stdout).to.match(/ arrived\n(.*\n)*.* replayed by admin: “Fay-has-signed-up”\n/);
    });
    expect(sandbox.rewards('acme')).to.have.length(1);
  });

  it('says that what is issued cannot be replayed', async () => {
    const { deliveries } = await read<ApiDeliveryPage>('deliveries list --tenant acme --state issued');
    const { code, stderr } = await run(`deliveries replay ${deliveries[0]?.delivery_id ?? ''} --why again`);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^omneo-gateway: Look at the delivery again: .* \(request_id [\w-]+\)\n$/);
  });

  it('discards what filters choose, and leaves the rest parked', async () => {
    sandbox.reset();
    const before = new Date().toISOString();
    const [first, second] = [await park('test-1'), await park('test-2')];
    const other = await park('welcome-2');
    await read('deliveries discard --tenant acme --id test-1 --why a-test');
    const rest = ['--tenant', 'acme', '--since', before, '--limit', '1', '--why', 'a test', '--yes'];
    const { stdout } = await runCli(['deliveries', 'discard', ...rest], { env });
    expect(stdout).to.equal(
      '1 parked delivery was discarded, and there are more: run it again, or with --all.\n',
    );
    const states = await Promise.all(
      [first, second, other].map(async ({ delivery_id: id }) => {
        const { delivery } = await read<ApiDeliveryDetails>(`deliveries show ${id}`);
        return [delivery.state, delivery.reason];
      }),
    );
    expect(states).to.deep.equal([
      ['discarded', 'decided'],
      ['discarded', 'decided'],
      ['parked', 'profile_not_found'],
    ]);
  });

  it('forgets Fay, who is then found by nothing', async () => {
    const list = 'deliveries list --tenant acme --email -';
    const { deliveries } = await read<ApiDeliveryPage>(list, { stdin: email });
    expect(deliveries).not.to.deep.equal([]);
    const { stdout } = await run('erase --tenant acme --email - --yes', { stdin: email });
    expect(stdout).to.match(/^\d+ deliver(y was|ies were) erased\.\n$/);
    expect(await read(list, { stdin: email })).to.deep.equal({ deliveries: [] });
    const { stdout: shown } = await run(`deliveries show ${deliveries[0]?.delivery_id ?? ''} --payload`);
    expect(shown).to.contain('The webhook is erased.');
  });

  it('lists the tenant, and is told by its exit code what a wrong token may', async () => {
    expect(await read('tenants')).to.have.nested.property('tenants[0].slug', 'acme');
    await writeFile(file('wrong'), 'another-token-than-that');
    const { code, stderr } = await run('tenants', { env: { GATEWAY_TOKEN_FILE: file('wrong') } });
    expect(code).to.equal(3);
    expect(stderr).to.match(/^omneo-gateway: [^\n]+ \(request_id [\w-]+\)\n$/);
  });
});
