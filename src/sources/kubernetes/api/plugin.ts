import { execFile } from 'node:child_process';
import type { RequestOptions } from 'node:https';
import { promisify } from 'node:util';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { fieldsOf, stringOf, stringsOf } from './object.ts';

const run = promisify(execFile);

/** In milliseconds: a plugin that takes longer is ended. */
const defaultTimeoutMs = 15_000;
/** A credential that expires so soon is not used for another call, in milliseconds. */
const leewayMs = 10_000;

/** The plugin of a kubeconfig gave no credential; the message is for logs: it names the plugin, and nothing it said. */
export class PluginError extends Error {
  override name = 'PluginError';
  readonly isClean = true;
}

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

type Plugin = Readonly<{
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  version: string;
}>;

type Credential = Readonly<{ token: string; cert: string; key: string; expiresAt: number }>;

/** Name of what a user of a kubeconfig authenticates by, where this is to do it. */
export const pluginProvider = 'credential-plugin';

/** Whether this user of a kubeconfig authenticates by a plugin. */
export function usesPlugin(user: User | null): boolean {
  return stringOf(fieldsOf(user?.authProvider)['name']) === pluginProvider;
}

/**
 * Runs the credential plugin of a kubeconfig (`users[].user.exec`), as client-go does: one at a time, and again when the
 * credential is about to expire. KubeConfig's own would run one for each call, and wait for it without end.
 */
export class PluginAuth implements Authenticator {
  readonly #timeoutMs: number;
  readonly #abort = new AbortController();
  #known: Credential | undefined;
  #running: Readonly<{ command: string; credential: Promise<Credential> }> | undefined;

  constructor(timeoutMs = defaultTimeoutMs) {
    this.#timeoutMs = timeoutMs;
  }

  /** The client certificate in use; '': none. */
  get certificate(): string {
    return this.#known?.cert ?? '';
  }

  /** What a call that needs a credential waits for; undefined: nothing. */
  get hold(): PluginError | undefined {
    if (this.#running === undefined) return undefined;
    return new PluginError(`the credential plugin ${this.#running.command} has not ended yet`);
  }

  /** Ends it if it runs. */
  stop(): void {
    this.#abort.abort();
  }

  /** The API server does not accept the credential: the next call gets another one. */
  forget(): void {
    this.#known = undefined;
  }

  isAuthProvider(user: User): boolean {
    return usesPlugin(user);
  }

  /** Throws PluginError. */
  async applyAuthentication({ authProvider }: User, options: RequestOptions): Promise<void> {
    const plugin = pluginOf(fieldsOf(authProvider)['config']);
    const { token, cert, key } = await this.#credential(plugin);
    if (cert !== '') options.cert = cert;
    if (key !== '') options.key = key;
    if (token !== '')
      options.headers = Object.assign({}, options.headers, { Authorization: `Bearer ${token}` });
  }

  async #credential(plugin: Plugin): Promise<Credential> {
    if (this.#known && this.#known.expiresAt - leewayMs > Date.now()) return this.#known;
    this.#running ??= {
      command: plugin.command,
      credential: this.#run(plugin).finally(() => {
        this.#running = undefined;
      }),
    };
    this.#known = await this.#running.credential;
    return this.#known;
  }

  async #run({ command, args, env, version }: Plugin): Promise<Credential> {
    const info = { apiVersion: version, kind: 'ExecCredential', spec: { interactive: false } };
    const options = {
      env: { ...process.env, ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      timeout: this.#timeoutMs,
      killSignal: 'SIGKILL',
      signal: this.#abort.signal,
    } as const;
    const running = run(command, args, options);
    // It may ask a question all the same. Then it reads the end of its input, instead of waiting for an answer.
    running.child.stdin?.on('error', () => undefined).end();
    const { stdout } = await running.catch((error: unknown) => {
      throw new PluginError(`the credential plugin ${command} ${reasonOf(error, this.#timeoutMs)}`);
    });
    return credentialOf(command, stdout);
  }
}

function pluginOf(config: unknown): Plugin {
  const { command, args, env, apiVersion } = fieldsOf(config);
  const pairs = listOf(env).map((each) => [
    stringOf(fieldsOf(each)['name']),
    stringOf(fieldsOf(each)['value']),
  ]);
  return {
    command: stringOf(command),
    args: listOf(args).map(stringOf),
    env: Object.fromEntries(pairs) as Record<string, string>,
    version: stringOf(apiVersion),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { code, killed, signal } = fieldsOf(error);
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than 1 MiB';
  if (killed === true) return `did not end within ${timeoutMs / 1000} s`;
  if (code === 'ENOENT')
    return 'was not found; install it beside the gateway, or correct its path in the kubeconfig';
  if (typeof code === 'number') return `ended with exit code ${code}`;
  if (typeof signal === 'string')
    return `was ended by ${signal}; SIGKILL may mean that the Pod needs more memory`;
  return `cannot be run (${stringOf(code) || 'unknown error'})`;
}

/** The `ExecCredential` that it printed. */
function credentialOf(command: string, printed: string): Credential {
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = stringsOf(
    fieldsOf(parse(command, printed))['status'],
  );
  if (!token && !clientCertificateData)
    throw new PluginError(`the credential plugin ${command} gave neither token nor certificate`);
  const expiresAt = Date.parse(expirationTimestamp ?? '');
  return {
    token: token ?? '',
    cert: clientCertificateData ?? '',
    key: clientKeyData ?? '',
    expiresAt: Number.isNaN(expiresAt) ? Infinity : expiresAt,
  };
}

function parse(command: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The cause would show a piece of a credential.
    throw new PluginError(`the credential plugin ${command} printed no JSON`);
  }
}
