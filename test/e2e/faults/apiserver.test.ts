import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorEvent, type Decision } from '../apiproxy.ts';
import { secretOf } from '../gateway.ts';
import { change, kept, populate, recreate } from './population.ts';
import { startProcessTrial } from './processtrial.ts';
import { followed, spoilRequests } from './spoil.ts';
import { furnish } from './stage.ts';
import { eachTrial } from './suite.ts';
import { convergence, restarted, servedSlugs, survive, tell, whileServing } from './trial.ts';

describe('a gateway', () => {
  const trial = eachTrial(startProcessTrial);

  it('goes on with an API server that was restarted with its etcd', async () => {
    const { proxy, stage } = trial();
    await survive(trial(), async () => {
      // What changes last before the end is not heard of any more.
      proxy.use({ onRequest: () => 'reset' });
      tell(trial(), 'cut');
      await change(stage);
      await stage.cluster.stopApiServer();
      proxy.use({});
      await restarted(trial(), 'disconnected', 3);
      await stage.cluster.startApiServer();
    });
  });

  it('serves on when etcd was wiped until it is told so, and what is applied again after it', async () => {
    const { stage, gateway } = trial();
    await whileServing(trial(), async () => {
      await stage.cluster.wipe();
      // The new cluster does not know the gateway's account.
      await restarted(trial(), 'unauthorized', 2);
    });
    await trial().renewToken(await furnish(stage.cluster));
    await convergence(trial());
    expect(await servedSlugs(trial())).to.deep.equal([]);
    expect((await gateway.post(kept, { secret: secretOf(kept) })).status).to.equal(401);
    expect(await gateway.isReady()).to.equal(true);

    await populate(stage);
    await convergence(trial());
    await survive(trial(), () => change(stage));
  });

  it('follows a new cluster whose versions have come as far as those of the old one', async () => {
    const { proxy, stage } = trial();
    await survive(trial(), async () => {
      // It hears of nothing in between, not even of being a stranger.
      proxy.use({ onRequest: () => 'reset' });
      tell(trial(), 'cut');
      await stage.cluster.wipe();
      await trial().renewToken(await furnish(stage.cluster));
      await populate(stage);
      await change(stage);
      proxy.use({});
    });
  });

  it('takes what is deleted and created again between list and watch for what it is', async () => {
    const { proxy, stage } = trial();
    const recreated: Promise<void>[] = [];
    await survive(trial(), async () => {
      const betweenListAndWatch = spoilRequests('watch', async (): Promise<Decision> => {
        if (recreated.length === 0) recreated.push(recreate(stage, 'rotated'));
        await Promise.all(recreated);
        return 'forward';
      });
      proxy.use(betweenListAndWatch);
      tell(trial(), errorEvent(410, 'Expired'));
      await restarted(trial(), 'expired');
      await trial().until('it was created again', () => recreated.length > 0);
      await Promise.all(recreated);
      proxy.use({});
    });
  });

  it('takes what is deleted and created again between two lists for what it is', async () => {
    const { proxy, stage } = trial();
    await survive(trial(), async () => {
      proxy.use(spoilRequests('list', () => 'reset'));
      tell(trial(), errorEvent(410, 'Expired'));
      await recreate(stage, 'rotated');
      await restarted(trial(), 'disconnected');
      proxy.use({});
    });
  });

  it('ends while it lists when it is told to, and leaves no watch', async () => {
    const { proxy, gateway } = trial();
    const held = Promise.withResolvers<Decision>();
    const before = proxy.count('list', 'secrets');
    proxy.use(spoilRequests('list', () => held.promise));
    await whileServing(trial(), async () => {
      tell(trial(), errorEvent(410, 'Expired'));
      await trial().until('it lists', () => proxy.count('list', 'secrets') > before);
    });
    const watches = followed.map((resource) => proxy.count('watch', resource));
    expect((await gateway.stop()).code).to.equal(0);
    held.resolve('forward');
    await sleep(300);
    expect(followed.map((resource) => proxy.count('watch', resource))).to.deep.equal(watches);
    expect(followed.map((resource) => proxy.openWatches(resource))).to.deep.equal([0, 0]);
  });
});
