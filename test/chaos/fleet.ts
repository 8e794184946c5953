/** The replicas of the gateway: real processes, each in a slot of its own with ports that stay. */
import { join } from 'node:path';
import { freePort } from '../e2e/ports.ts';
import { type RunningProcess, startProcess } from '../e2e/process.ts';
import { eventually } from '../e2e/time.ts';

export type Slot = Readonly<{ port: number; adminPort: number }>;

type Options = Readonly<{
  /** The file that the processes run. */
  entry: string;
  slots: readonly Slot[];
  /** The environment of the replica in a slot. */
  env: (slot: number) => Readonly<Record<string, string>>;
  folder: string;
  pause: (ms: number) => Promise<void>;
}>;

/** Ports for so many replicas. */
export async function freeSlots(count: number): Promise<Slot[]> {
  const ports = new Set<number>();
  while (ports.size < 2 * count) ports.add(await freePort());
  const all = [...ports];
  return Array.from({ length: count }, (_, slot) => ({
    port: all[2 * slot]!,
    adminPort: all[2 * slot + 1]!,
  }));
}

/** Starts, kills, pauses and rolls the replicas. */
export class Fleet {
  /** Processes that ended without having been told to. */
  crashes = 0;
  /** When each process was killed that was, or ended with work undone, in epoch milliseconds. */
  readonly killed = new Map<number, number>();
  readonly #options: Options;
  readonly #running: (RunningProcess | undefined)[] = [];
  readonly #expected = new WeakSet<RunningProcess>();
  #started = 0;
  readonly #process: number[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  get slots(): readonly Slot[] {
    return this.#options.slots;
  }

  /** Which process is in the slot: a number that no other process ever has; -1 for none. */
  processIn(slot: number): number {
    return this.#process[slot] ?? -1;
  }

  /** The slot, or the next one with a replica that is ready, as a load balancer would choose. */
  routeTo(slot: number): number {
    const turn = this.slots.map((_, step) => (slot + step) % this.slots.length);
    return turn.find((each) => this.#running[each] !== undefined) ?? slot;
  }

  async startAll(): Promise<void> {
    await Promise.all(this.slots.map((_, slot) => this.#start(slot)));
  }

  /** kill -9, and after so many milliseconds a new process in its place. */
  async kill(slot: number, awayMs: number): Promise<void> {
    const number = this.processIn(slot);
    const replica = this.#take(slot);
    replica.signal('SIGKILL');
    this.killed.set(number, Date.now());
    await replica.exited;
    await this.#options.pause(awayMs);
    await this.#start(slot);
  }

  /** Stops the process's clock, as a pause of its machine would. */
  async pause(slot: number, forMs: number): Promise<void> {
    this.#running[slot]?.signal('SIGSTOP');
    await this.#options.pause(forMs);
    this.#running[slot]?.signal('SIGCONT');
  }

  /** Replaces one replica after the other, each in good order. One whose drain does not end in time gives up as if killed. */
  async roll(): Promise<void> {
    for (const slot of this.slots.keys()) {
      const number = this.processIn(slot);
      const replica = this.#take(slot);
      await replica.stop({ graceMs: 15_000 });
      if (!replica.lines.some((line) => line.includes('"in_time":true'))) this.killed.set(number, Date.now());
      await this.#start(slot);
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all(
      this.#running.map(async (replica, slot) => {
        if (replica) await this.#take(slot).stop();
      }),
    );
  }

  /** The metrics of every replica, by slot. */
  async metrics(): Promise<string[]> {
    return Promise.all(
      this.slots.map(async ({ adminPort }) => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()),
    );
  }

  #take(slot: number): RunningProcess {
    const replica = this.#running[slot];
    if (!replica) throw new Error(`no replica runs in slot ${slot}`);
    this.#expected.add(replica);
    this.#running[slot] = undefined;
    this.#process[slot] = -1;
    return replica;
  }

  async #start(slot: number): Promise<void> {
    const { entry, env, folder } = this.#options;
    const { port = 0, adminPort = 0 } = this.slots[slot] ?? {};
    // From now on: it answers before it is known here to be ready.
    this.#process[slot] = this.#started++;
    const replica = await startProcess({
      command: process.execPath,
      args: [entry],
      env: { ...env(slot), PORT: String(port), ADMIN_PORT: String(adminPort), CONSOLE_PORT: '0' },
      ready: /"msg":"listening"/,
      log: join(folder, `gateway-${slot}.log`),
    });
    await eventually(
      'the replica is ready',
      async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok,
    );
    this.#running[slot] = replica;
    void replica.exited.then(() => this.#crashed(replica, slot));
  }

  /** A crash is counted, and its place is filled. */
  async #crashed(replica: RunningProcess, slot: number): Promise<void> {
    if (this.#expected.has(replica)) return;
    this.crashes++;
    this.#running[slot] = undefined;
    await this.#start(slot);
  }
}
