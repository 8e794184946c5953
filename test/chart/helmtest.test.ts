import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';

const script = new URL('../../charts/omneo-gateway/files/test.js', import.meta.url);

describe('the test of helm test', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  /** What is answered to each path in turn; the last answer stands. */
  let answers: Record<string, [status: number, text: string][]>;

  beforeEach(async () => {
    asked = [];
    answers = {
      '/readyz': [[200, 'ok']],
      '/readyz/ledger': [[200, 'ok']],
      '/helm-test/api/v1/webhooks/klaviyo/rewards': [[401, '{}']],
    };
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const left = answers[path] ?? [[404, 'not found']];
      const [status, body] = (left.length > 1 ? left.shift() : left[0]) ?? [404, ''];
      response.writeHead(status).end(body);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Runs it as its Pod does. */
  async function run(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
    const args = ['--input-type=module', '--eval', await readFile(script, 'utf8')];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const output = await text(child.stdout);
    return { code: (await exited)[0], output };
  }

  it('passes when the gateway is ready, its ledger takes writes, and strangers are refused', async () => {
    expect((await run({ ADMIN_URL: url, WEBHOOKS_URL: url })).code).to.equal(0);
    expect(asked).to.deep.equal(Object.keys(answers));
  });

  it('waits for a ledger that takes no writes, and says what is wrong with it', async () => {
    answers['/readyz/ledger'] = [
      [503, 'the ledger at postgres:5432 cannot be used: it refuses the login'],
      [200, 'ok'],
    ];
    const { code, output } = await run({ ADMIN_URL: url, WEBHOOKS_URL: url });
    expect(code).to.equal(0);
    expect(output).to.contain('a write to the ledger: status 503 the ledger at postgres:5432 cannot be used');
  });

  it('does without the admin port where there is no Service of it', async () => {
    expect((await run({ WEBHOOKS_URL: url })).code).to.equal(0);
    expect(asked).to.have.length(1);
  });
});
