/** A container as a process: the image is not run, its command is. */
import { join } from 'node:path';
import type { Exit } from '../process.ts';
import { confine } from './confine.ts';
import { expand, type Variables } from './environment.ts';
import type { Network } from './network.ts';
import type { Pod } from './pod.ts';
import { startProgram } from './program.ts';
import type { Mounts } from './volumes.ts';

export type Container = {
  readonly pid: number;
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
  readonly mounts: Mounts;
  readonly folder: string;
};

/** Starts the process of a Pod's container. */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { pod, env, mounts, folder, address, network } = options;
  const { command = [], args = [], ports = [] } = pod.container;
  const tell = (texts: readonly string[]): string[] => texts.map((text) => mounts(expand(text, env)));
  const { running, ports: listening } = await startProgram(
    tell(command),
    { args: tell(args), cwd: folder, env, log: join(folder, 'container.log') },
    { confined: (program, all, user) => confine(pod.container, program, all, user), mounts },
  );
  void listening.then((found) => {
    network.attach(address, found);
  });
  return {
    pid: running.pid,
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
