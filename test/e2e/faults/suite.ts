/** What every suite of faults does around its tests. */
import type { Context } from 'mocha';
import { needTools } from '../needs.ts';
import { populate } from './population.ts';
import { startStage, type Stage } from './stage.ts';
import { convergence, restarts, type Trial } from './trial.ts';

type Start<T> = (stage: Stage) => Promise<T>;

/** Each test of the suite gets a trial of its own; what is returned says which is the present one. */
export function eachTrial<T extends Trial>(start: Start<T>): () => T {
  return trials(start, () => true);
}

/** All tests of the suite go through one trial, as long as none of them fails. */
export function oneTrial<T extends Trial>(start: Start<T>): () => T {
  return trials(start, ({ currentTest }) => currentTest?.state === 'failed');
}

function trials<T extends Trial>(start: Start<T>, isOver: (context: Context) => boolean): () => T {
  let stage: Stage | undefined;
  let trial: T | undefined;
  const end = async (): Promise<void> => {
    const ended = trial;
    trial = undefined;
    await ended?.stop();
  };
  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    stage = await startStage();
  });
  beforeEach(async () => {
    if (!stage) return;
    await populate(stage);
    trial ??= await start(stage);
    await convergence(trial);
    trial.before = await restarts(trial.gateway);
  });
  afterEach(async function () {
    if (isOver(this)) await end();
  });
  after(async () => {
    await end();
    await stage?.stop();
  });
  return () => {
    if (trial) return trial;
    throw new Error('no trial outside of a test');
  };
}
