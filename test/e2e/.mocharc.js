/** Every e2e suite but the chaos run, several files at a time: they wait for one thing or another most of the time. */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Begun first, or else the last of them would be left running alone; a run's last lines say how long each took. */
const long = [
  'node',
  'faults/apiserver',
  'scale',
  'chartinstall',
  'leader',
  'faults/clock',
  'cluster',
  'actions',
].map((name) => `test/e2e/${name}.test.ts`);

/** Has the machine to itself (`npm run test:chaos`): its settle windows assume that a process gets its turn. */
const alone = ['test/e2e/chaos.test.ts'];

export default {
  spec: [
    ...long,
    ...globSync('test/e2e/**/*.test.ts').filter((file) => !long.includes(file) && !alone.includes(file)),
  ],
  require: ['test/e2e/hooks.ts'],
  parallel: true,
  // Each has processes of its own, with an API server of 300 MB among them.
  jobs: Math.min(2 * availableParallelism(), 8),
  timeout: 120_000,
  slow: 10_000,
  failZero: true,
  forbidOnly: true,
};
