/** Programs that a Pod's container may start, and how each is run where all Pods share one network. */
import { join } from 'node:path';
import { startProcess, type ProcessOptions, type RunningProcess } from '../process.ts';
import type { Confined } from './confine.ts';
import type { Variables } from './environment.ts';
import { startPostgres } from './postgres.ts';
import type { Mounts } from './volumes.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');

/** The container's ports, each with the one of the loopback interface behind it. */
type Ports = ReadonlyMap<number, number>;

export type Program = {
  readonly running: RunningProcess;
  /** Resolves as soon as the process listens; never, if it never does. */
  readonly ports: Promise<Ports>;
};

type Launch = Omit<ProcessOptions, 'command'>;

/** Starts what the command names; without one it is the gateway, as in the image. */
export async function startProgram(
  [name = 'gateway', ...own]: readonly string[],
  { args = [], ...launch }: Launch,
  { confined, mounts }: Readonly<{ confined: Confined; mounts: Mounts }>,
): Promise<Program> {
  const start = (command: string, all: readonly string[], more: Partial<Launch> = {}) =>
    startProcess({ ...launch, ...more, ...confined(command, all) });
  switch (name) {
    case 'gateway':
      return startGateway(launch, (env) => start(process.execPath, [main, ...args], { env }));
    case 'docker-entrypoint.sh': {
      const [server, ...settings] = args;
      if (server !== 'postgres')
        throw new Error(`the image of ${String(server)} is none that our node knows`);
      const { env = {}, log } = launch;
      const { running, port } = await startPostgres({ args: settings, env, log, mounts, confined });
      return { running, ports: Promise.resolve(new Map([[5432, port]])) };
    }
    default: {
      const command = name === 'node' ? process.execPath : name;
      return { running: await start(command, [...own, ...args]), ports: new Promise(() => undefined) };
    }
  }
}

async function startGateway(
  { env = {} }: Launch,
  start: (env: Variables) => Promise<RunningProcess>,
): Promise<Program> {
  const running = await start({ ...env, PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0' });
  const listening = async (): Promise<Ports> => {
    const {
      port,
      admin_port: adminPort,
      console_port: consolePort,
    } = await running.record(({ msg }) => msg === 'listening');
    return new Map([
      [Number(env['PORT']), Number(port)],
      [Number(env['ADMIN_PORT']), Number(adminPort)],
      ...(consolePort === undefined ? [] : [[Number(env['CONSOLE_PORT']), Number(consolePort)] as const]),
    ]);
  };
  return { running, ports: listening() };
}
