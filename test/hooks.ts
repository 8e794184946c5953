/** Root hooks: after the tests of a process, all that their gateways said is searched for what nobody may see. */
import type { Context, RootHookObject } from 'mocha';
import { evidence } from './support/evidence.ts';
import { expectNoLeak } from './support/leaks.ts';

// A worker of mocha that ends by an error between two tests says of it only that it has ended.
process.on('uncaughtExceptionMonitor', (error, origin) => {
  console.error(`Uncaught in a process of the tests (${origin}):`, error);
});

export const mochaHooks: RootHookObject = {
  afterAll(this: Context) {
    this.timeout(60_000);
    expectNoLeak(evidence.splice(0));
  },
};
