/** What the image of PostgreSQL does when it starts: it makes the database once, and then serves it. */
import { access, appendFile, chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { onFreePort } from '../ports.ts';
import { startProcess, type ProcessOptions, type RunningProcess } from '../process.ts';
import { runOrThrow } from '../run.ts';
import { tool } from '../tools/tool.ts';
import type { Confined } from './confine.ts';
import type { Variables } from './environment.ts';
import type { Mounts } from './volumes.ts';

type Options = Readonly<{
  /** Those of the server. */
  args: readonly string[];
  env: Variables;
  log: string;
  mounts: Mounts;
  confined: Confined;
}>;

/** Where the image looks for what is to be done once. */
const onceFolder = '/docker-entrypoint-initdb.d';

/** PostgreSQL refuses to run as root. */
const user = getuid?.() === 0 ? 'postgres' : undefined;

const ready = /database system is ready to accept connections/;

/** Starts the server on a port of the loopback interface. */
export async function startPostgres(options: Options): Promise<{ running: RunningProcess; port: number }> {
  const folder = options.env['PGDATA'] ?? '';
  if (await isMissing(join(folder, 'PG_VERSION'))) await makeDatabase(folder, options);
  return launch(folder, options);
}

async function launch(
  folder: string,
  { args, log, confined }: Pick<Options, 'args' | 'log' | 'confined'>,
): Promise<{ running: RunningProcess; port: number }> {
  return onFreePort(async (port) => {
    const here = ['-D', folder, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'];
    const all = [...args, ...here, '-c', 'unix_socket_directories='];
    const running = await startProcess({ ...(await program('postgres', all, confined)), ready, log });
    return { running: stoppedByInterrupt(running), port };
  });
}

/** The image says so (STOPSIGNAL): by SIGTERM the server would wait until its clients leave. */
function stoppedByInterrupt(running: RunningProcess): RunningProcess {
  return {
    ...running,
    stop(options) {
      running.signal('SIGINT');
      return running.stop(options);
    },
  };
}

/** As the image does, but that the password is asked for from here too: all Pods come from the same address. */
async function makeDatabase(folder: string, options: Options): Promise<void> {
  const { env, log, confined, mounts } = options;
  const password = env['POSTGRES_PASSWORD'] ?? '';
  await makeFolder(folder);
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, password, { mode: 0o644 });
  const auth = ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${passwordFile}`];
  const made = ['--username=postgres', '--no-locale', '--encoding=UTF8', '--no-sync', ...auth];
  const { command, args, cwd } = await program('initdb', [`--pgdata=${folder}`, ...made], confined);
  await runOrThrow(command, args ?? [], { cwd: cwd ?? '/' });
  await rm(passwordFile);
  const once = mounts(onceFolder);
  const { running, port } = await launch(folder, { args: [], log, confined });
  try {
    for (const name of (await readdir(once)).filter((each) => each.endsWith('.sql')).sort()) {
      const how = ['--host=127.0.0.1', `--port=${port}`, '--username=postgres', '--set=ON_ERROR_STOP=1'];
      const psql = join(dirname(await tool('postgres')), 'psql');
      const said = await runOrThrow(psql, [...how, `--file=${join(once, name)}`], {
        env: { ...env, PGPASSWORD: password },
      });
      await appendFile(log, said.stdout);
    }
  } finally {
    await running.stop();
  }
}

/** The server's user reaches its folder through those of this one. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user === undefined) return;
  for (const above of [dirname(folder), join(folder, '../..'), join(folder, '../../..')]) {
    await chmod(above, 0o711);
  }
  await runOrThrow('chown', [`${user}:${user}`, folder]);
}

async function program(
  name: string,
  args: readonly string[],
  confined: Confined,
): Promise<Pick<ProcessOptions, 'command' | 'args' | 'cwd'>> {
  const path = join(dirname(await tool('postgres')), name);
  // Its user cannot look into the folder of this process.
  return { ...confined(path, args, user), cwd: '/' };
}

async function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
