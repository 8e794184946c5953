/** Runs a job: makes its exchanges as fast or as steadily as it says. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Exchange, Pool, exchangesOf } from './exchanges.ts';
import type { How, Job, Report } from './job.ts';
import { Latencies } from './latencies.ts';

/** Resolves when everything was answered, or five seconds after the last one was begun. */
export async function drive(job: Job, run: string): Promise<Report> {
  const pool = new Pool(job.port);
  const tally = new Tally(exchangesOf(job, pool, run));
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await ('rate' in job.how ? steadily(tally, job.how) : greedily(tally, job.how));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  pool.close();
  const samples = job.how.keepsSamples === true ? { samples: tally.samples() } : {};
  return { ...tally.report(), ...samples, seconds, cpuSeconds: (user + system) / 1e6 };
}

class Tally {
  readonly #exchange: Exchange;
  readonly #latencies = new Latencies();
  readonly #statuses: Record<string, number> = {};
  begun = 0;
  answered = 0;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  begin(then: () => void): void {
    const at = performance.now();
    this.begun += 1;
    this.#exchange((status) => {
      this.answered += 1;
      this.#latencies.add(performance.now() - at);
      this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
      then();
    });
  }

  samples(): readonly number[] {
    return [...this.#latencies.sorted()];
  }

  report() {
    return { answered: this.answered, statuses: this.#statuses, latency: this.#latencies.quantiles() };
  }
}

function greedily(tally: Tally, how: Extract<How, { connections: number }>): Promise<void> {
  const end = 'seconds' in how ? performance.now() + how.seconds * 1000 : Infinity;
  const count = 'count' in how ? how.count : Infinity;
  return new Promise((resolve) => {
    let busy = how.connections;
    const next = (): void => {
      if (tally.begun < count && performance.now() < end) tally.begin(next);
      else if (--busy === 0) resolve();
    };
    for (let each = 0; each < how.connections; each++) next();
  });
}

async function steadily(tally: Tally, how: Extract<How, { rate: number }>): Promise<void> {
  const count = 'count' in how ? how.count : Math.round(how.rate * how.seconds);
  const answered = Promise.withResolvers<undefined>();
  const then = (): void => {
    if (tally.answered === count) answered.resolve(undefined);
  };
  const pacer = new Worker(new URL('pacer.ts', import.meta.url), { workerData: { rate: how.rate, count } });
  pacer.on('message', (due: number) => {
    for (let each = 0; each < due; each++) tally.begin(then);
  });
  await once(pacer, 'exit');
  const patience = setTimeout(() => {
    answered.resolve(undefined);
  }, 5000);
  await answered.promise;
  clearTimeout(patience);
}
