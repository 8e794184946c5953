/** What every suite of faults does around its tests. */
import { needTools } from '../needs.ts';
import { populate } from './population.ts';
import { startStage, type Stage } from './stage.ts';
import { convergence, nothingLeaked, restarts, type Trial } from './trial.ts';

type Start<T> = (stage: Stage) => Promise<T>;

/** Each test of the suite gets a trial of its own; what is returned says which is the present one. */
export function eachTrial<T extends Trial>(start: Start<T>): () => T {
  const { current, end } = trials(start);
  afterEach(end);
  return current;
}

/**
 * All tests of the suite go through one trial, as long as none of them fails. Connections that are idle after one of
 * them are waited for after the last: a connection that stays after each would not be overlooked.
 */
export function oneTrial<T extends Trial>(start: Start<T>): () => T {
  const { current, end } = trials(start);
  beforeEach(() => {
    current().idle = 3;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await end();
  });
  return current;
}

function trials<T extends Trial>(start: Start<T>) {
  let [stage, trial]: [Stage?, T?] = [];
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
  after(async () => {
    try {
      if (trial) await nothingLeaked(Object.assign(trial, { idle: 0 }));
    } finally {
      await end();
      await stage?.stop();
    }
  });
  const current = (): T => {
    if (trial) return trial;
    throw new Error('no trial outside of a test');
  };
  return { current, end };
}
