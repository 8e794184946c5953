/**
 * What has to be done once this process has ended, whichever way it ended.
 *
 * Exit handlers do not run on `kill -9`, so each guard is a shell of its own session that waits for the end of
 * its standard input. The kernel closes that pipe when we end, and nothing else holds it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Guard = {
  /** Does it now, and resolves when it is done. */
  carryOut(): Promise<void>;
  /** Forgets it. */
  dismiss(): void;
};

/** Kills a process group: the child that was started detached under this id, and all that it started. */
export function guardGroup(group: number | undefined): Guard {
  return guard('kill -s KILL -- "-$1"', String(group));
}

/** Removes a folder; tries again while processes that are just being killed still write to it. */
export function guardFolder(folder: string): Guard {
  return guard('for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" && break; sleep 0.2; done', folder);
}

function guard(script: string, argument: string): Guard {
  const shell = spawn('/bin/sh', ['-c', `trap '' HUP INT TERM; read -r _; ${script}`, 'guard', argument], {
    // Its own few commands must be found even by a test that plays with PATH.
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'close');
  // A guard must not keep alive the process whose end it waits for.
  shell.unref();
  return {
    async carryOut() {
      shell.ref();
      shell.stdin.end();
      await ended;
    },
    dismiss() {
      shell.kill('SIGKILL');
    },
  };
}
