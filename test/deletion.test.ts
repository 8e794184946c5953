import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { type Sandbox, startSandbox } from '../sandbox/omneo.ts';
import { sample } from '../sandbox/sample.ts';
import { type GatewayProcess, spawnGateway } from './support/process.ts';
import { webhook } from './support/webhooks.ts';

const example = new URL('../examples/acme.yaml', import.meta.url);
const secret = 'acme-webhook-secret-change-me';

describe('a gateway process whose tenant is deleted by mistake', () => {
  let dir: string;
  let file: string;
  let sandbox: Sandbox;
  let manifest: string;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-test-'));
    file = join(dir, 'acme.yaml');
    manifest = (await readFile(example, 'utf8')).replaceAll('http://127.0.0.1:4010', sandbox.url);
  });

  after(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true });
  });

  const start = async (env: Record<string, string> = {}) => {
    await writeFile(file, manifest);
    const gateway = spawnGateway({ TENANTS_DIR: dir, ALLOW_INSECURE_UPSTREAM: 'true', ...env });
    const { port } = await gateway.said('listening');
    const post = async (sent = secret): Promise<number> => {
      const url = `http://127.0.0.1:${String(port)}/acme/api/v1/webhooks/klaviyo/rewards`;
      const headers = { 'content-type': 'application/json', 'x-omneo-secret': sent };
      const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(webhook()) });
      await answer.body.dump();
      return answer.statusCode;
    };
    return [gateway, post] as const;
  };
  const end = async ({ child, exited }: GatewayProcess): Promise<void> => {
    child.kill('SIGTERM');
    expect(await exited).to.equal(0);
  };

  it('asks its callers to come back, and serves them when it is there again', async () => {
    const [gateway, post] = await start();
    expect(await gateway.said('tenants are loaded')).to.include({ served: 1, not_served: 0 });
    expect(await post()).to.equal(200);
    await writeFile(file, '# soon\n');
    const ceased = await gateway.said('default/acme is no longer served: its OmneoTenant was deleted.');
    expect(ceased).to.include({ level: 'warn', tenant: 'acme', key: 'default/acme', reason: 'Deleted' });
    expect([await post(), await post('wrong')]).to.deep.equal([503, 401]);
    await writeFile(file, manifest);
    await gateway.said('default/acme is served');
    expect([await post(), await post('wrong')]).to.deep.equal([200, 401]);
    await end(gateway);
  });

  it('refuses them at once when DELETED_TENANT_GRACE_MS is 0', async () => {
    const [gateway, post] = await start({ DELETED_TENANT_GRACE_MS: '0' });
    await rm(file);
    await gateway.said('default/acme is no longer served: its OmneoTenant was deleted.');
    expect(await post()).to.equal(401);
    await end(gateway);
  });
});
