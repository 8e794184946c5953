/** Root hooks: a suite that was skipped for want of a tool is named in the last lines of the run. */
import type { RootHookObject } from 'mocha';
import type { Skip, SkipContext } from './needs.ts';

export const mochaHooks: RootHookObject = {
  beforeAll(this: SkipContext) {
    this.skips = [];
  },
  afterAll(this: SkipContext) {
    const skips = this.skips ?? [];
    // The reporter's summary comes after this hook; what was not tested has to stand below it.
    process.once('exit', () => {
      report(skips);
    });
  },
};

function report(skips: readonly Skip[]): void {
  for (const { suite, reason } of skips) console.log(`SKIPPED: ${suite}: ${reason}`);
}
