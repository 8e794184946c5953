/** The load process, from the side of the bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Job, Report } from '../load/job.ts';

export class Loader {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, '../load/main.ts'), { execArgv: [] });
  }

  async run(job: Job): Promise<Report> {
    this.#child.send(job);
    const [answer] = (await once(this.#child, 'message')) as [{ report?: Report; error?: string }];
    if (answer.report === undefined) throw new Error(`the load process failed: ${String(answer.error)}`);
    return answer.report;
  }

  close(): void {
    this.#child.disconnect();
  }
}
