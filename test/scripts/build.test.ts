import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Agent, request } from 'undici';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { secretOf, secretsOf, tenantObject } from '../support/gateway.ts';
import { root } from '../support/pages.ts';
import { type GatewayProcess, spawnGateway } from '../support/process.ts';
import { webhook } from '../support/webhooks.ts';

/** What is left out of it must be what nobody misses. */
describe('The bundle', () => {
  const agent = new Agent({ allowH2: false });
  let folder: string;
  let sandbox: Sandbox;
  let gateway: GatewayProcess;
  let url: string;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-bundle-'));
    await promisify(execFile)(process.execPath, ['scripts/build.ts', join(folder, 'dist')], { cwd: root });
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    await mkdir(join(folder, 'tenants'));
    await writeFile(join(folder, 'tenants/acme.yaml'), manifests(sandbox.baseURL('acme')));
    const env = { TENANTS_DIR: join(folder, 'tenants'), ALLOW_INSECURE_UPSTREAM: 'true' };
    gateway = spawnGateway(env, join(folder, 'dist/main.js'));
    const { port } = await gateway.said('listening');
    url = `http://127.0.0.1:${String(port)}/acme/api/v1/webhooks/klaviyo/rewards`;
  });

  after(async () => {
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).to.equal(0);
    await Promise.all([agent.close(), sandbox.close()]);
    await rm(folder, { recursive: true });
  });

  async function statusOf(type: string): Promise<number> {
    const headers = { 'content-type': type, 'x-omneo-secret': secretOf('acme') };
    const body = JSON.stringify(webhook());
    const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    await answer.body.dump();
    return answer.statusCode;
  }

  for (const parameter of [
    '',
    '; charset=utf-8',
    '; charset=UTF8',
    '; charset=us-ascii',
    '; charset="ascii"',
  ])
    it(`issues what is sent as application/json${parameter}`, async () => {
      expect(await statusOf(`application/json${parameter}`)).to.equal(200);
    });

  it('refuses a charset that it refuses as source', async () => {
    expect(await statusOf('application/json; charset=iso-8859-1')).to.equal(415);
  });
});

/** One tenant and its Secrets as the YAML of a folder source. */
function manifests(baseURL: string): string {
  const secrets = Object.entries(secretsOf('acme')).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData,
  }));
  return [tenantObject('acme', { baseURL }), ...secrets].map((object) => stringify(object)).join('---\n');
}
