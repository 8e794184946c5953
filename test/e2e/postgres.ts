/** A real PostgreSQL of a test's own, on a free port, in a temporary folder; it syncs to the disk as in earnest. */
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { Client } from 'pg';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { freePort } from './ports.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { runOrThrow } from './run.ts';
import { tool } from './tools/tool.ts';

export type PostgresOptions = Readonly<{
  /** Lines of postgresql.conf. */
  settings?: readonly string[];
  /** Lines of pg_hba.conf, before the one that admits the superuser without a password. */
  hba?: readonly string[];
}>;

/** The superuser. */
const admin = 'postgres';

const usual = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  'max_connections = 60',
  'shared_buffers = 32MB',
  // After a crash the files are synced one by one otherwise, which takes seconds.
  'recovery_init_sync_method = syncfs',
];

/** One server, which can be stopped, killed and started again on its port. */
export class Postgres {
  readonly port: number;
  readonly #folder: TemporaryFolder;
  #process: RunningProcess;

  private constructor(folder: TemporaryFolder, port: number, running: RunningProcess) {
    this.#folder = folder;
    this.port = port;
    this.#process = running;
  }

  static async start({ settings = [], hba = [] }: PostgresOptions = {}): Promise<Postgres> {
    const folder = await temporaryFolder('postgres');
    const port = await freePort();
    // The server runs as another user.
    await chmod(folder.path, 0o777);
    const data = dataIn(folder);
    const trusted = ['host all postgres 127.0.0.1/32 trust', 'host replication postgres 127.0.0.1/32 trust'];
    const options = ['--no-locale', '--encoding=UTF8', '--no-sync', `--username=${admin}`, '--auth=trust'];
    await asServerUser('initdb', [`--pgdata=${data}`, ...options]);
    await appendFile(join(data, 'postgresql.conf'), [...usual, ...settings, ''].join('\n'));
    await writeFile(join(data, 'pg_hba.conf'), [...hba, ...trusted, ''].join('\n'));
    return new Postgres(folder, port, await launch(folder, port));
  }

  /** A hot standby of another server, which streams from it. */
  static async startStandbyOf(primary: Postgres, settings: readonly string[] = []): Promise<Postgres> {
    const folder = await temporaryFolder('postgres-standby');
    const port = await freePort();
    await chmod(folder.path, 0o777);
    const from = ['--host=127.0.0.1', `--port=${primary.port}`, `--username=${admin}`];
    await asServerUser('pg_basebackup', [
      ...from,
      ...['--write-recovery-conf', '--checkpoint=fast', '--no-sync', `--pgdata=${dataIn(folder)}`],
    ]);
    await appendFile(join(dataIn(folder), 'postgresql.conf'), [...settings, ''].join('\n'));
    return new Postgres(folder, port, await launch(folder, port));
  }

  /** Where its files are. */
  get data(): string {
    return dataIn(this.#folder);
  }

  /** The URL for a user, by default the superuser, who needs no password. */
  url({
    user = admin,
    database = 'postgres',
    port = this.port,
    host = '127.0.0.1',
    query = '',
  } = {}): string {
    return `postgres://${user}@${host}:${port}/${database}${query}`;
  }

  /** Runs SQL as the superuser. */
  async run(sql: string, database = 'postgres'): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ host: '127.0.0.1', port: this.port, user: admin, database });
    client.on('error', () => undefined); // The server may be stopped while it is being asked.
    await client.connect();
    try {
      const result = (await client.query(sql)) as { rows?: Record<string, unknown>[] };
      return result.rows ?? [];
    } finally {
      await client.end();
    }
  }

  /** Gives a file to the user that the server runs as. */
  static async give(file: string): Promise<void> {
    if (getuid?.() === 0) await runOrThrow('chown', ['root:postgres', file]);
    else await chmod(file, 0o600);
  }

  /** Adds a line to pg_hba.conf, before the others. */
  async admit(line: string): Promise<void> {
    const file = join(this.data, 'pg_hba.conf');
    await writeFile(file, `${line}\n${await readFile(file, 'utf8')}`);
    await this.run('SELECT pg_reload_conf()');
  }

  /** Stops the server and every process that it started; connections stay open, and nothing is answered. */
  async freeze(): Promise<void> {
    await this.#signalAll('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.#signalAll('SIGCONT');
  }

  /** Ends every connection, and then the server, which loses nothing and starts without recovery. */
  async stop(): Promise<void> {
    this.#process.signal('SIGINT');
    await this.#process.exited;
  }

  /** As if the machine lost its power: kill -9 for the server and for what it started. */
  async kill(): Promise<void> {
    await this.#signalAll('SIGKILL');
    await this.#process.exited;
  }

  /** Starts it again after stop() or kill(). */
  async revive(): Promise<void> {
    this.#process = await launch(this.#folder, this.port);
  }

  async remove(): Promise<void> {
    await this.#signalAll('SIGKILL');
    await this.#process.exited;
    await this.#folder.remove();
  }

  /** The server first, so that it starts no more of them. */
  async #signalAll(signal: NodeJS.Signals): Promise<void> {
    const children = await childrenOf(this.#process.pid);
    this.#process.signal(signal);
    for (const child of children) signalIfThere(child, signal);
  }
}

function dataIn(folder: TemporaryFolder): string {
  return join(folder.path, 'data');
}

async function command(name: string, args: readonly string[]): Promise<[string, readonly string[]]> {
  return asOtherUser(join(dirname(await tool('postgres')), name), args);
}

/** Postgres refuses to run as root; setpriv becomes the program, so that signals reach it. */
function asOtherUser(program: string, args: readonly string[]): [string, readonly string[]] {
  if (getuid?.() !== 0) return [program, args];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', '--', program, ...args]];
}

/** PgBouncer in transaction mode in front of a server, with fewer connections to it than one replica wants. */
export async function startPgBouncer(server: Postgres): Promise<{ port: number; stop: () => Promise<void> }> {
  const folder = await temporaryFolder('pgbouncer');
  await chmod(folder.path, 0o777);
  const port = await freePort();
  const file = join(folder.path, 'pgbouncer.ini');
  const lines = [
    ...['[databases]', `* = host=127.0.0.1 port=${server.port}`],
    ...['[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir ='],
    ...['auth_type = trust', `auth_file = ${join(folder.path, 'users')}`],
    ...['pool_mode = transaction', 'default_pool_size = 4'],
  ];
  await writeFile(file, [...lines, ''].join('\n'));
  await writeFile(join(folder.path, 'users'), `"${admin}" ""\n`);
  const [program, args] = asOtherUser(await tool('pgbouncer'), [file]);
  const options = { cwd: '/', ready: /process up/, log: join(folder.path, 'log') };
  const running = await startProcess({ command: program, args, ...options });
  const stop = async (): Promise<void> => {
    await running.stop();
    await folder.remove();
  };
  return { port, stop };
}

async function asServerUser(name: string, args: readonly string[]): Promise<void> {
  const [program, all] = await command(name, args);
  // Its own user cannot look into the folder of this process.
  await runOrThrow(program, all, { cwd: '/' });
}

async function launch(folder: TemporaryFolder, port: number): Promise<RunningProcess> {
  const [program, args] = await command('postgres', ['-D', dataIn(folder), '-p', String(port)]);
  return startProcess({
    command: program,
    args,
    cwd: '/',
    ready: /database system is ready to accept (read-only )?connections/,
    log: join(folder.path, 'log'),
  });
}

/** None of a process that ended. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
