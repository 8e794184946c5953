import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AgentOptions } from 'node:https';
import {
  type Cluster,
  type DispatcherOptions,
  type HttpMethod,
  KubeConfig,
  RequestContext,
} from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { StartupError } from '../../../lib/startup.ts';
import { fieldsOf, stringOf } from './object.ts';
import { PluginAuth, usesPlugin } from './plugin.ts';

/** There is no way to the Kubernetes API; the message is for the operator. */
export class KubeConfigError extends StartupError {
  override name = 'KubeConfigError';
  /** No message holds more than paths. */
  readonly isClean = true;
}

/** Watches on one HTTP/2 connection would stall together. It wins over undici's default because it comes last. */
const http1 = { allowH2: false };

/** A kubeconfig whose connections are HTTP/1.1. */
export class Http1KubeConfig extends KubeConfig {
  override createDispatcherOptions(cluster: Cluster | null, agentOptions: AgentOptions): DispatcherOptions {
    const options = super.createDispatcherOptions(cluster, agentOptions);
    if (options.type === 'none') return { type: 'agent', connect: { keepAlive: true, ...http1 } };
    return options.type === 'agent' ? { type: 'agent', connect: { ...options.connect, ...http1 } } : options;
  }
}

/** Where to send a request, and what to send along. */
export type Prepared = Readonly<{ url: string; headers: Record<string, string>; dispatcher: Dispatcher }>;

/**
 * The way to the Kubernetes API. KubeConfig makes a dispatcher, and so a connection, for every call; here the first
 * is kept until the files of its certificates change. The token's file is read for every call.
 */
export class KubeConnection {
  readonly #config: KubeConfig;
  readonly #server: string;
  /** Undefined if the current user authenticates without one. */
  readonly #plugin: PluginAuth | undefined;
  readonly #retired = new Set<Dispatcher>();
  #kept: Readonly<{ dispatcher: Dispatcher; fingerprint: string }> | undefined;

  constructor(config: KubeConfig) {
    const server = config.getCurrentCluster()?.server ?? '';
    if (!URL.canParse(server)) {
      throw new KubeConfigError('The kubeconfig has no current context with a server; set current-context.');
    }
    if (usesPlugin(config.getCurrentUser())) {
      this.#plugin = new PluginAuth();
      config.addAuthenticator(this.#plugin);
    }
    this.#config = config;
    this.#server = server;
  }

  /** Namespace of the process itself, or of the kubeconfig's context. */
  get namespace(): string | undefined {
    return this.#config.getContextObject(this.#config.currentContext)?.namespace?.trim();
  }

  async prepare(method: HttpMethod, path: string): Promise<Prepared> {
    // Before they are read to be used: what is swapped in between is noticed by the next call.
    const files = await this.#fingerprint();
    await this.#readToken();
    const context = new RequestContext(this.#server + path, method);
    await this.#config.applySecurityAuthentication(context);
    const fingerprint = files + (this.#plugin?.certificate ?? '');
    if (this.#kept?.fingerprint !== fingerprint) this.#keep(context.getDispatcher(), fingerprint);
    const dispatcher = this.#kept?.dispatcher;
    if (!dispatcher) throw new KubeConfigError('The kubeconfig says nothing of how to connect.');
    return { url: context.getUrl(), headers: context.getHeaders(), dispatcher };
  }

  /** Why `prepare` has not come to an end, as far as is known. */
  get hold(): Error | undefined {
    return this.#plugin?.hold;
  }

  /** The API server did not accept who we are. */
  refused(): void {
    this.#plugin?.forget();
  }

  /** Cuts what is still under way. */
  async close(): Promise<void> {
    this.#plugin?.stop();
    const all = [...this.#retired, ...(this.#kept ? [this.#kept.dispatcher] : [])];
    this.#kept = undefined;
    await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
  }

  #keep(dispatcher: Dispatcher | undefined, fingerprint: string): void {
    const old = this.#kept?.dispatcher;
    this.#kept = dispatcher && { dispatcher, fingerprint };
    if (!old) return;
    this.#retired.add(old);
    // What is under way may end on the old one.
    void old.close().then(() => this.#retired.delete(old));
  }

  /** Changes with the content of the certificate files; a mounted Secret is swapped without a new path. */
  async #fingerprint(): Promise<string> {
    const { caFile } = this.#config.getCurrentCluster() ?? {};
    const { certFile, keyFile } = this.#config.getCurrentUser() ?? {};
    const hash = createHash('sha256');
    for (const file of [caFile, certFile, keyFile]) if (file) hash.update(await readNamed(file)).update('\0');
    return hash.digest('base64');
  }

  /** KubeConfig re-reads it once a minute by the wall clock, which may be set back. */
  async #readToken(): Promise<void> {
    const user = this.#config.getCurrentUser();
    const file = stringOf(fieldsOf(fieldsOf(user?.authProvider)['config'])['tokenFile']);
    if (!user || file === '') return;
    const token = (await readNamed(file)).toString('utf8').trim();
    this.#config.users = this.#config.users.map((each) =>
      each.name === user.name ? { ...each, token } : each,
    );
  }
}

/** Reads a file that the kubeconfig names, or the token of the Pod's ServiceAccount. */
function readNamed(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new KubeConfigError(`${file} cannot be read; mount it, or correct its path in the kubeconfig`, {
      cause,
    });
  });
}
