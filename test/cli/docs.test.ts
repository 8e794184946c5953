import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { exitCodes } from '../../src/cli/exit.ts';
import { bare, commandsOf, rowsOf } from '../support/markdown.ts';
import { readText, root } from '../support/pages.ts';
import { activityOf, deliveryOf, runCli, tenantOf, token, whoever, withConsole } from './support.ts';

const commands = [
  ['deliveries', 'list'],
  ['deliveries', 'show'],
  ['deliveries', 'replay'],
  ['deliveries', 'discard'],
  ['tenants'],
  ['rehearse'],
  ['erase'],
];

/** What the page takes for granted: the command on the path, and a cluster around it. */
const here = `
omneo-gateway() { '${process.execPath}' '${root}/src/cli/main.ts' "$@"; }
kubectl() { while [ "$1" != -- ]; do shift; done; shift; "$@"; }
`;

describe('the page on the command line', () => {
  const asked = withConsole();
  let page: string;

  before(async () => {
    page = await readText('docs/cli.md');
  });

  it('quotes the help of every command as it is, and of no other', async () => {
    const quoted = [...page.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
    const real = await Promise.all(commands.map((command) => runCli([...command, '--help'])));
    expect(quoted).to.deep.equal(real.map(({ stdout }) => stdout));
    const parts = (await runCli(['--help'])).stdout + (await runCli(['deliveries', '--help'])).stdout;
    const names = [...parts.matchAll(/^ {2}(\w+)(?: \[options\])(?: [<[]\w+[>\]])? {2,}/gm)].map(
      ([, name]) => name,
    );
    expect(names).to.have.members(commands.map((command) => command.at(-1)));
  });

  it('lists every exit code by its name', () => {
    const documented = rowsOf(page, 'exit code', 'name', 'when').map(([code, name]) => [
      bare(name),
      Number(code),
    ]);
    expect(Object.fromEntries(documented)).to.deep.equal(exitCodes);
  });

  it('lists every variable of the environment that is read', async () => {
    const files = globSync('src/cli/**/*.ts', { cwd: root });
    const source = (await Promise.all(files.map(readText))).join('\n');
    const read = [...source.matchAll(/env\['(\w+)'\]|{ ([A-Z_]+): \w+ = ''/g)].map(
      ([, one, other]) => one ?? other,
    );
    const documented = rowsOf(page, 'variable', 'meaning').map(([variable]) => bare(variable));
    expect(documented).to.have.members([...new Set(read)]);
  });

  it('names the namespace of the gateway in each command of kubectl that runs in its Pod', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('kubectl exec'));
    expect(lines).not.to.deep.equal([]);
    for (const line of lines)
      expect(line).to.match(/^kubectl exec -n omneo-gateway deploy\/omneo-gateway -- /);
  });

  it('says when there is a token in the Pod, as with tenants from a folder there need not be one', () => {
    const [, part = ''] = page.split('\n## Where it asks, and as whom\n');
    const first = (part.split('\nFrom elsewhere')[0] ?? '').replaceAll(/\s+/g, ' ');
    expect(first).to.contain('only where tenants come from the cluster, or where `ADMIN_TOKEN_FILE` is set');
  });

  describe('has examples that work', () => {
    let dir: string;

    /** What was asked but for the console's time. */
    const wanted = () => asked.stub.requests.filter(({ operation }) => operation !== 'whoAmI');

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-cli-docs-'));
      await writeFile(join(dir, 'webhook.json'), '{ "id": "order-7" }');
      await writeFile(join(dir, 'corrected.json'), '{ "id": "order-7" }');
      await writeFile(join(dir, '.omneo-gateway-token'), token);
    });

    after(() => rm(dir, { recursive: true }));

    beforeEach(() => {
      const { stub } = asked;
      for (const operation of ['replayDelivery', 'discardDelivery']) stub.answer(operation, deliveryOf());
      for (const operation of ['replayDeliveries', 'discardDeliveries'])
        stub.answer(operation, { count: 2, has_more: false });
      stub.answer('whoAmI', whoever);
      stub.answer('listDeliveries', { deliveries: [deliveryOf()] });
      stub.answer('readDelivery', { delivery: deliveryOf(), events: [], allowed: [] });
      stub.answer('listTenants', { tenants: [tenantOf()] });
      stub.answer('rehearseWebhook', { would: 'create', matched_by: 'email', external_id: 'order-7' });
      stub.answer('readActivity', activityOf(1));
      stub.answer('erasePerson', { erased: 2, under_way: 0 });
    });

    for (const heading of [
      'Where it asks, and as whom',
      'Listing deliveries',
      'Showing one delivery',
      'Replaying',
      'Discarding',
      'Listing tenants',
      'Rehearsing a webhook',
      'Forgetting a person',
    ])
      it(`below "${heading}"`, async () => {
        const blocks = commandsOf(page).get(heading) ?? [];
        expect(blocks).not.to.deep.equal([]);
        for (const block of blocks) {
          const before = wanted().length;
          // The address of the example is nobody's.
          const script = here + block.replace(/^export GATEWAY_CONSOLE_URL=.*$/m, '');
          const env = { PATH: process.env['PATH'], HOME: dir, ...asked.env() };
          const { stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
            cwd: dir,
            env,
          });
          expect(stderr).to.equal('');
          const lines = block.split('\n').filter((line) => line.includes('omneo-gateway '));
          expect(wanted().length - before, block).to.equal(lines.length);
        }
      });

    it('below "Watching a back-fill"', async () => {
      const [block = ''] = commandsOf(page).get('Watching a back-fill') ?? [];
      const { code, stdout } = await asked.run(block.trim().split(' ').slice(1));
      expect([code, stdout]).to.deep.equal([
        0,
        '2026-11-27 12:00:00 UTC acme 100 %: 0 waiting, 0 parked; 1 issued of those that arrived in 24 h\n',
      ]);
    });
  });
});
