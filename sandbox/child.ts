import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Ends a process with SIGTERM unless it has ended, and resolves when it has. */
export async function end(child: ChildProcess): Promise<void> {
  // One that a signal has killed has no exit code.
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
