/** The processes of a control plane, in the order in which they need each other. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningProcess } from '../process.ts';
import { onFreePort } from '../ports.ts';
import { startApiServer } from './apiserver.ts';
import { startControllers } from './controllers.ts';
import { startEtcd } from './etcd.ts';
import type { ClusterFiles } from './files.ts';

export type ControlPlaneOptions = {
  readonly files: ClusterFiles;
  readonly kubeconfig: string;
  readonly controllers: boolean;
};

/** Owns etcd, kube-apiserver and, if wanted, kube-controller-manager. Ports stay the same over restarts. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  #etcdPort = 0;
  #apiServerPort = 0;
  #etcd: RunningProcess | undefined;
  #apiServer: RunningProcess | undefined;
  #controllers: RunningProcess | undefined;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#apiServerPort}`;
  }

  /** Starts etcd and the API server for the first time, which gives them their ports. */
  async start(): Promise<void> {
    await onFreePort(async (port) => {
      this.#etcdPort = port;
      await this.#startEtcd();
    });
    await onFreePort(async (port) => {
      this.#apiServerPort = port;
      await this.startApiServer();
    });
  }

  async startApiServer(): Promise<void> {
    if (this.#apiServer) return;
    this.#apiServer = await startApiServer({
      port: this.#apiServerPort,
      etcdPort: this.#etcdPort,
      files: this.#options.files,
      controllers: this.#options.controllers,
    });
  }

  async stopApiServer(): Promise<void> {
    // It lets open watches go on until their end; two seconds are enough for everything shorter.
    await this.#apiServer?.stop({ graceMs: 2000 });
    this.#apiServer = undefined;
  }

  /** Starts the controllers, if they are wanted. They need a kubeconfig that says where the API server is. */
  async startControllers(): Promise<void> {
    if (!this.#options.controllers || this.#controllers) return;
    this.#controllers = await startControllers(this.#options.files, this.#options.kubeconfig);
  }

  /** Restarts everything on an empty etcd: a cluster whose resource versions begin again. */
  async wipe(): Promise<void> {
    await this.stop();
    await rm(join(this.#options.files.folder, 'etcd'), { recursive: true, force: true });
    await this.#startEtcd();
    await this.startApiServer();
    await this.startControllers();
  }

  /** Ends all processes at once: what is in memory or in etcd is of no use to anyone. */
  async stop(): Promise<void> {
    const running = [this.#controllers, this.#apiServer, this.#etcd].filter(
      (process) => process !== undefined,
    );
    await Promise.all(running.map((process) => process.stop({ graceMs: 0 })));
    this.#controllers = this.#apiServer = this.#etcd = undefined;
  }

  async #startEtcd(): Promise<void> {
    this.#etcd = await startEtcd(this.#etcdPort, this.#options.files.folder);
  }
}
