/** A program that is measured: a process of its own, asked through the probe in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/e2e/ports.ts';
import type { AllocationProfile, Profile } from './breakdown.ts';
import { onMeasuredCore } from './cores.ts';
import type { Inside } from './inside.ts';
import type { Heap, Question, Usage } from './probe.ts';

export type Program = Readonly<{
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Where its standard output goes. */
  log: string;
  /** Whether it says on its admin port when webhooks may come. */
  saysReady?: boolean;
}>;

const probe = join(import.meta.dirname, 'probe.ts');

export class Subject {
  readonly name: string;
  readonly port: number;
  readonly adminPort: number;
  readonly log: string;
  readonly #child: ChildProcess;

  private constructor(program: Program, child: ChildProcess, ports: readonly [number, number]) {
    this.name = program.name;
    this.log = program.log;
    [this.port, this.adminPort] = ports;
    this.#child = child;
  }

  /** Starts the program with `PORT` and `ADMIN_PORT`, and resolves when something listens there. */
  static async start(program: Program): Promise<Subject> {
    const ports = [await freePort(), await freePort()] as const;
    const log = openSync(program.log, 'a');
    const [command, args] = onMeasuredCore(['--expose-gc', '--import', probe, ...program.args]);
    const child = spawn(command, args, {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PORT: String(ports[0]),
        ADMIN_PORT: String(ports[1]),
        CONSOLE_PORT: '0',
        ...program.env,
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const subject = new Subject(program, child, ports);
    await subject.#until(() => isOpen(subject.port), program.name);
    if (program.saysReady) await subject.#until(() => isReady(subject.adminPort), program.name);
    return subject;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  usage(): Promise<Usage> {
    return this.#ask<Usage>('usage');
  }

  /** Collects first. */
  heap(): Promise<Heap> {
    return this.#ask<Heap>('heap');
  }

  /** The longest turn of its event loop while `work` goes on, in milliseconds. */
  async longestTurn(work: () => Promise<unknown>): Promise<number> {
    await this.#ask('watch');
    await work();
    return (await this.#ask<{ longestMs: number }>('watched')).longestMs;
  }

  /** How late its event loop is, and what is collected, while `work` goes on; and what that came to. */
  async observe<T>(work: () => Promise<T>): Promise<readonly [found: T, inside: Inside]> {
    await this.#ask('observe');
    const found = await work();
    return [found, await this.#ask<Inside>('observed')];
  }

  /** The bytes that it allocates on V8's heap while `work` goes on. */
  async allocated(work: () => Promise<unknown>): Promise<number> {
    await this.#ask('allocate');
    await work();
    return (await this.#ask<{ bytes: number }>('allocated')).bytes;
  }

  /** What it spends its time on while `work` goes on. */
  async profile(work: () => Promise<unknown>): Promise<Profile> {
    await this.#ask('profile');
    await work();
    return this.#ask<Profile>('profiled');
  }

  /** What it allocates on V8's heap while `work` goes on, and where: by samples, one each 4 KiB. */
  async allocations(work: () => Promise<unknown>): Promise<AllocationProfile> {
    await this.#ask('sample');
    await work();
    return this.#ask<AllocationProfile>('sampled');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(impatience);
  }

  async #ask<Answer = unknown>(question: Question): Promise<Answer> {
    this.#child.send(question);
    const [answer] = (await once(this.#child, 'message')) as [Answer];
    return answer;
  }

  async #until(isSo: () => Promise<boolean>, name: string): Promise<void> {
    const end = performance.now() + 120_000;
    while (performance.now() < end && this.#child.exitCode === null) {
      if (await isSo()) return;
      await sleep(10);
    }
    const said = (await readFile(this.log, 'utf8')).slice(-2000);
    await this.stop();
    throw new Error(`${name} does not start:\n${said}`);
  }
}

async function isReady(adminPort: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok;
}

/** Whether somebody listens there. */
export async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // Refused: not yet.
  } finally {
    socket.destroy();
  }
}
