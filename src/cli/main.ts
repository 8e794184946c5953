/** The entry point of the command line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../lib/clock.ts';
import { runCommandLine } from './commandline.ts';

const { argv, env, stdin, stdout, stderr } = process;

// Whoever reads has read enough, as `head` does.
stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

// A command has nothing but its pause to stay alive for, which the gateway's own clock does not keep a process for.
const clock = { now: systemClock.now, sleep: (ms: number) => sleep(ms) };

process.exitCode = await runCommandLine(argv.slice(2), { env, stdin, stdout, stderr, clock });
