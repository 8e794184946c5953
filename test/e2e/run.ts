/** Runs a command to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { env } from 'node:process';
import { text } from 'node:stream/consumers';
import { guardGroup } from './guard.ts';

export type Outcome = { readonly stdout: string; readonly stderr: string; readonly code: number };

export type RunOptions = {
  readonly cwd?: string;
  /** The whole environment but PATH; what else the tests' own environment holds is not handed on. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  readonly input?: string;
  readonly timeoutMs?: number;
};

/**
 * Runs a command and resolves with what it said, also when it failed.
 * Rejects only if it cannot be started; a command that outlives its time is killed and has code 137.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: env['PATH'], ...options.env },
    detached: true,
  });
  await once(child, 'spawn');
  const guard = guardGroup(child.pid);
  const timer = setTimeout(() => void guard.carryOut(), options.timeoutMs ?? 120_000);
  try {
    const closed = once(child, 'close');
    feed(child.stdin, options.input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { stdout, stderr, code: child.exitCode ?? 137 };
  } finally {
    clearTimeout(timer);
    guard.dismiss();
  }
}

/** Runs a command that has to succeed; its outcome, or an Error with what it complained about. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${outcome.code}: ${outcome.stderr.slice(-2000).trim()}`,
    );
  }
  return outcome;
}

function feed(stdin: NodeJS.WritableStream, input: string | undefined): void {
  // A command that ends without reading all of its input is judged by its exit code, not by our EPIPE.
  stdin.on('error', () => undefined);
  stdin.end(input ?? '');
}
