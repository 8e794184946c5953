/** Real gateway processes on a real cluster, each as a ServiceAccount that may do what the rules say and no more. */
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { webhook } from '../support/webhooks.ts';
import { startProcess, type Exit, type RunningProcess } from './process.ts';
import { eventually } from './time.ts';

export { home, install, type Installed } from './rbacgrant.ts';
export { apply, secret, secretOf, tenant, tenantWithSecrets, type Manifest } from './operatortenants.ts';

const root = join(import.meta.dirname, '../..');

export type Reply = {
  readonly status: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
};

export type PostOptions = {
  /** The value of x-omneo-secret; undefined: it is not sent. */
  readonly secret: string | undefined;
  /** A text is sent as it is. */
  readonly body?: unknown;
  /** What is asked for; a reward unless it is given. */
  readonly action?: string;
};

/** What can be asked of a gateway from outside. */
export type Calls = {
  /** Posts a webhook for Ada, with an id of its own unless the body is given. */
  post(slug: string, options: PostOptions): Promise<Reply>;
  /** Prometheus' text format. */
  metrics(): Promise<string>;
  isReady(): Promise<boolean>;
  /** Ends the connections of the test. */
  forget(): Promise<void>;
};

export type Gateway = Calls & {
  readonly name: string;
  readonly process: RunningProcess;
  readonly url: string;
  readonly adminURL: string;
  /** Of the console; undefined: it is closed. */
  readonly consoleURL: string | undefined;
  /** SIGTERM, and the end. */
  stop(): Promise<Exit>;
  /** After the process ended in another way than by stop(). */
  forget(): Promise<void>;
};

export type GatewayOptions = {
  readonly kubeconfig: string;
  /** A folder for its log, such as the cluster's. */
  readonly folder: string;
  /** Name of its Pod. */
  readonly name?: string;
  readonly namespace?: string;
  readonly env?: Readonly<Record<string, string>>;
};

let started = 0;

/** Starts a gateway on free ports; resolves when it listens, which is before it knows its tenants. */
export function startGateway({
  kubeconfig,
  namespace = 'gateway',
  ...options
}: GatewayOptions): Promise<Gateway> {
  const name = options.name ?? `gateway-${++started}`;
  const env = { KUBECONFIG: kubeconfig, POD_NAME: name, POD_NAMESPACE: namespace, ...options.env };
  return start(name, options.folder, env);
}

/** Starts a gateway that takes its tenants from the folder `tenants`; resolves when it serves them. */
export function startFolderGateway(
  options: Readonly<{ tenants: string; folder: string; env?: Readonly<Record<string, string>> }>,
): Promise<Gateway> {
  const env = { TENANTS_DIR: options.tenants, ...options.env };
  return start(`gateway-${++started}`, options.folder, env);
}

async function start(name: string, folder: string, env: Readonly<Record<string, string>>): Promise<Gateway> {
  const running = await startProcess({
    command: process.execPath,
    args: [join(root, 'src/main.ts')],
    cwd: root,
    env: { PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0', ALLOW_INSECURE_UPSTREAM: 'true', ...env },
    ready: /"msg":"listening"/,
    readyTimeoutMs: 60_000,
    log: join(folder, `${name}.log`),
  });
  const line = await running.record(({ msg }) => msg === 'listening');
  const urlOf = (port: unknown): string => `http://127.0.0.1:${String(port)}`;
  const [url, adminURL] = [urlOf(line['port']), urlOf(line['admin_port'])];
  const consoleURL = line['console_port'] === undefined ? undefined : urlOf(line['console_port']);
  const calls = callsTo(url, adminURL);
  return {
    ...calls,
    name,
    process: running,
    url,
    adminURL,
    consoleURL,
    async stop() {
      const exit = await running.stop({ graceMs: 10_000 });
      await calls.forget();
      return exit;
    },
  };
}

/** Calls to the two ports of a gateway, wherever it runs. */
export function callsTo(url: string, adminURL: string): Calls {
  const agent = new Agent({ connections: null, allowH2: false });
  const ask = async (target: string, options: object = {}): Promise<Reply> => {
    const { statusCode, headers, body } = await request(target, { dispatcher: agent, ...options });
    const text = await body.text();
    const isJson = String(headers['content-type']).includes('json');
    return { status: statusCode, text, json: isJson ? (JSON.parse(text) as Reply['json']) : {} };
  };
  return {
    post: (slug, { secret, body = webhook(), action = 'rewards' }) =>
      ask(`${url}/${slug}/api/v1/webhooks/klaviyo/${action}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secret !== undefined && { 'x-omneo-secret': secret }),
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    metrics: async () => (await ask(`${adminURL}/metrics`)).text,
    isReady: async () => (await ask(`${adminURL}/readyz`)).status === 200,
    forget: () => agent.destroy(),
  };
}

/** Starts a gateway and resolves when it knows all of its tenants. */
export async function startReadyGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = await startGateway(options);
  try {
    await eventually(`${gateway.name} is ready`, () => gateway.isReady(), { timeoutMs: 30_000 });
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  return gateway;
}

/** Posts webhooks until one has this status, and resolves with its answer. */
export async function untilAnswered(
  gateway: Gateway,
  slug: string,
  { secret, status = 200, timeoutMs = 10_000 }: PostOptions & { status?: number; timeoutMs?: number },
): Promise<Reply> {
  return eventually(
    `${gateway.name} answers ${status} for ${slug}`,
    async () => {
      const reply = await gateway.post(slug, { secret });
      return reply.status === status && reply;
    },
    { timeoutMs, everyMs: 10 },
  );
}
