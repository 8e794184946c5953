/** The built gateway in a process of its own, with a ledger on disk, the tenants of examples/, and the sandbox for Omneo. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { temporaryFolder } from '../folder.ts';
import { startProcess } from '../process.ts';

const root = join(import.meta.dirname, '../../..');

export const adminToken = 'admin-token-of-the-tests';

/** What a webhook is answered with. */
export type WebhookAnswer = Readonly<{ status: number; json: Readonly<Record<string, unknown>> }>;

export class ConsoleWorld implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly consoleURL: string;
  readonly #url: string;
  readonly #endings: AsyncDisposableStack;

  private constructor(sandbox: Sandbox, urls: readonly [string, string], endings: AsyncDisposableStack) {
    this.sandbox = sandbox;
    [this.#url, this.consoleURL] = urls;
    this.#endings = endings;
  }

  /** `env` is added to the settings. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ConsoleWorld> {
    const endings = new AsyncDisposableStack();
    const folder = await temporaryFolder('console');
    endings.defer(() => folder.remove());
    const sandbox = await startSandbox({ tenants: sample });
    endings.defer(() => sandbox.close());
    await promisify(execFile)(process.execPath, ['scripts/build.ts', join(folder.path, 'dist')], {
      cwd: root,
    });
    await copyFile(join(root, 'package.json'), join(folder.path, 'package.json'));
    await writeTenants(join(folder.path, 'tenants'), sandbox);
    await writeFile(join(folder.path, 'token'), `${adminToken}\n`);
    const running = await startProcess({
      command: process.execPath,
      args: [join(folder.path, 'dist/main.js')],
      cwd: folder.path,
      env: { ...settingsIn(folder.path), ...env },
      ready: /"msg":"listening"/,
      log: join(folder.path, 'gateway.log'),
    });
    endings.defer(async () => {
      await running.stop();
    });
    const { port, console_port: consolePort } = await running.record(({ msg }) => msg === 'listening');
    return new ConsoleWorld(sandbox, [addressOf(port), addressOf(consolePort)], endings);
  }

  /** Posts a webhook to acme, as Klaviyo would. */
  async post(body: string | object): Promise<WebhookAnswer> {
    const response = await fetch(`${this.#url}/acme/api/v1/webhooks/klaviyo/rewards`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-omneo-secret': 'acme-webhook-secret-change-me' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, json: (await response.json()) as WebhookAnswer['json'] };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#endings.disposeAsync();
  }
}

function addressOf(port: unknown): string {
  return `http://127.0.0.1:${String(port)}`;
}

function settingsIn(folder: string): Record<string, string> {
  return {
    ...{ PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0', ALLOW_INSECURE_UPSTREAM: 'true' },
    TENANTS_DIR: join(folder, 'tenants'),
    LEDGER_URL: `sqlite:${join(folder, 'ledger.db')}`,
    ADMIN_TOKEN_FILE: join(folder, 'token'),
    PUBLIC_URL: 'https://gateway.example.com',
  };
}

async function writeTenants(dir: string, { url }: Sandbox): Promise<void> {
  await mkdir(dir);
  for (const { name } of sample) {
    const manifest = await readFile(join(root, 'examples', `${name}.yaml`), 'utf8');
    await writeFile(join(dir, `${name}.yaml`), manifest.replaceAll('http://127.0.0.1:4010', url));
  }
}
