/** Starts real processes (the gateway, PostgreSQL, Prometheus, ...) and follows what they say. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { env } from 'node:process';
import { createInterface } from 'node:readline';
import { guardGroup, type Guard } from './guard.ts';
import { collectOutput, type Output } from './output.ts';
import { within } from './time.ts';

export type ProcessOptions = {
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment but PATH; what else the tests' own environment holds is not handed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The line of stdout or stderr that says that the process is ready; without it, it is ready when it runs. */
  readonly ready?: RegExp | ((line: string) => boolean);
  readonly readyTimeoutMs?: number;
  /** The file to which all its lines are added. */
  readonly log: string;
};

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type RunningProcess = Output & {
  readonly pid: number;
  /** Sends a signal to the process alone. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended and all that it said has been read. */
  readonly exited: Promise<Exit>;
  /** SIGTERM, and SIGKILL for it and its children if it then outlives the grace. */
  stop(options?: { graceMs?: number }): Promise<Exit>;
};

/** Starts a process and resolves when it is ready. It ends with stop(), or else with this process. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(options.command, options.args ?? [], {
    cwd: options.cwd,
    env: { PATH: env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that the guard reaches whatever the process starts.
    detached: true,
  });
  const { output, written } = follow(child, options.log);
  await once(child, 'spawn');
  const guard = guardGroup(child.pid);
  const running: RunningProcess = {
    ...output,
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    exited: ended(child, guard, written),
    stop: ({ graceMs = 5000 } = {}) => stop(running, guard, graceMs),
  };
  await becomeReady(running, options);
  return running;
}

function follow(child: ChildProcess, logFile: string): { output: Output; written: () => Promise<void> } {
  const log = createWriteStream(logFile, { flags: 'a' });
  const { output, add } = collectOutput();
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (!input) throw new Error(`${stream} of the process is not a pipe`);
    createInterface({ input }).on('line', (line) => {
      log.write(`${line}\n`);
      add(line, stream);
    });
  }
  const written = (): Promise<void> =>
    new Promise((resolve) => {
      log.end(resolve);
    });
  return { output, written };
}

async function ended(child: ChildProcess, guard: Guard, written: () => Promise<void>): Promise<Exit> {
  const closed = once(child, 'close');
  await once(child, 'exit');
  // What the process left behind would go on holding its pipes.
  await guard.carryOut();
  await closed;
  await written();
  return { code: child.exitCode, signal: child.signalCode };
}

async function stop(running: RunningProcess, guard: Guard, graceMs: number): Promise<Exit> {
  running.signal('SIGTERM');
  const timer = setTimeout(() => void guard.carryOut(), graceMs);
  try {
    return await running.exited;
  } finally {
    clearTimeout(timer);
  }
}

async function becomeReady(running: RunningProcess, options: ProcessOptions): Promise<void> {
  const { ready } = options;
  if (!ready) return;
  const accepts = ready instanceof RegExp ? (line: string) => ready.test(line) : ready;
  const gone = running.exited.then((exit) => {
    throw new Error(`ended with ${exit.code ?? exit.signal ?? 'nothing'}`);
  });
  try {
    await within(
      options.readyTimeoutMs ?? 30_000,
      'to be ready',
      Promise.race([running.line(accepts), gone]),
    );
  } catch (cause) {
    await running.stop({ graceMs: 0 });
    throw new Error(
      `${options.command} did not start: ${String(cause)}\n${running.lines.slice(-20).join('\n')}`,
      {
        cause,
      },
    );
  }
}
