/** A container as a process: the image is not run, its command is. */
import { join } from 'node:path';
import { startProcess, type Exit, type RunningProcess } from '../process.ts';
import type { Variables } from './environment.ts';
import type { Network } from './network.ts';
import type { Pod } from './pod.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');

export type Container = {
  readonly startedAt: string;
  readonly exited: Promise<Exit>;
  /** The port of the loopback interface behind one of the container's, by its name or number. */
  port(of: number | string): number | undefined;
  /** SIGTERM, and SIGKILL after the grace; without a grace SIGKILL alone. */
  stop(graceMs: number): Promise<Exit>;
};

export type ContainerOptions = {
  readonly pod: Pod;
  readonly address: string;
  readonly network: Network;
  readonly env: Variables;
  readonly folder: string;
};

/** Starts the process of a Pod's container; without a command of its own it is the gateway, as in the image. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { pod, env, folder, address, network } = options;
  const { command = [process.execPath, main], args = [], ports = [] } = pod.container;
  const [program = '', ...own] = command;
  const running = await startProcess({
    command: program === 'node' ? process.execPath : program,
    args: [...own, ...args],
    cwd: folder,
    // All Pods share one network here, so each process takes free ports.
    env: { ...env, ...(env['PORT'] && { PORT: '0' }), ...(env['ADMIN_PORT'] && { ADMIN_PORT: '0' }) },
    log: join(folder, 'container.log'),
  });
  void attach(running, options);
  return {
    startedAt: new Date().toISOString(),
    exited: running.exited.finally(() => {
      network.detach(address);
    }),
    port(of) {
      const number = typeof of === 'number' ? of : ports.find(({ name }) => name === of)?.containerPort;
      return number === undefined ? undefined : network.find(address, number);
    },
    async stop(graceMs) {
      if (graceMs > 0) return running.stop({ graceMs });
      running.signal('SIGKILL');
      return running.exited;
    },
  };
}

/** As soon as the process says on which ports it listens; one that never does has none. */
async function attach(running: RunningProcess, { env, address, network }: ContainerOptions): Promise<void> {
  const { port, admin_port: adminPort } = await running.record(({ msg }) => msg === 'listening');
  const ports = [
    [Number(env['PORT']), Number(port)],
    [Number(env['ADMIN_PORT']), Number(adminPort)],
  ] as const;
  network.attach(address, new Map(ports));
}
