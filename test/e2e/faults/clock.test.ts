import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorEvent, watchEvent, type Decision } from '../apiproxy.ts';
import { secretOf } from '../gateway.ts';
import { apiClient } from '../fixtures/apiclient.ts';
import { startClockTrial } from './clocktrial.ts';
import { change, newSecretOf, recreate } from './population.ts';
import { followed, spoilLines, spoilRequests, type Followed } from './spoil.ts';
import { eachTrial } from './suite.ts';
import { lastContact, restarted, restarts, servedSlugs, survive, tell } from './trial.ts';

const minute = 60_000;

const collections = { omneotenants: '/apis/omneo.io/v1alpha1/omneotenants', secrets: '/api/v1/secrets' };

/** So that it is the watches whose time goes by. */
const leaderTimes = {
  leaseMs: 240 * minute,
  renewMs: 180 * minute,
  lookMs: 150 * minute,
  retryMs: 150 * minute,
};

describe('a gateway, as time goes by,', () => {
  const trial = eachTrial((stage) => startClockTrial(stage, { leaderTimes }));

  async function presentVersion(resource: Followed): Promise<string> {
    const api = await apiClient(trial().stage.cluster.adminKubeconfig);
    const { body } = await api.get(`${collections[resource]}?limit=1`);
    return (JSON.parse(body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  }

  it('notices a silent connection', async () => {
    const { stage, proxy, clock } = trial();
    await survive(trial(), async () => {
      proxy.use(spoilLines(() => null));
      await change(stage);
      clock.advance(89_000);
      expect(await servedSlugs(trial())).to.deep.equal(['kept', 'removed', 'rotated']);
      clock.advance(31_000);
      await restarted(trial(), 'silent');
      proxy.use({});
    });
  });

  it('gives up a list that is never answered', async () => {
    const { stage, proxy, clock, until } = trial();
    const before = proxy.count('list', 'secrets');
    await survive(trial(), async () => {
      proxy.use(spoilRequests('list', () => 'hang'));
      tell(trial(), errorEvent(410, 'Expired'));
      await change(stage);
      await until('it lists', () => proxy.count('list', 'secrets') > before);
      clock.advance(31_000);
      await restarted(trial(), 'timeout');
      proxy.use({});
    });
  });

  it('lives on bookmarks alone for an hour', async () => {
    const { stage, proxy, clock, pass, until } = trial();
    await survive(trial(), async () => {
      for (let minutes = 0; minutes < 60; minutes++) {
        await pass(minute);
        for (const resource of followed) {
          const resourceVersion = await presentVersion(resource);
          proxy.send(resource, watchEvent('BOOKMARK', { metadata: { resourceVersion } }));
          const age = async (): Promise<number> =>
            clock.now() / 1000 - (await lastContact(trial(), resource));
          await until('it is heard', async () => (await age()) < 10);
        }
      }
      expect(await restarts(trial().gateway)).to.deep.equal({});
      expect(proxy.count('watch', 'secrets')).to.be.within(12, 20);
      await change(stage);
    });
  });

  it('is not misled by a wall clock that jumps', async () => {
    const { stage, clock } = trial();
    await survive(trial(), async () => {
      clock.jump(120 * minute);
      await change(stage);
    });
    await survive(trial(), async () => {
      clock.jump(-24 * 60 * minute);
      await recreate(stage, 'added');
    });
    for (const resource of followed)
      expect(await lastContact(trial(), resource)).to.be.below(clock.now() / 1000);
    expect(await restarts(trial().gateway)).to.deep.equal({});
  });

  it('finds its way after a pause of hours', async () => {
    const { stage, proxy, clock } = trial();
    await survive(trial(), async () => {
      // What comes meanwhile is lost, as with a machine that sleeps.
      proxy.use(spoilLines(() => 'cut'));
      await change(stage);
      clock.freeze(120 * minute);
      proxy.use({});
    });
  });

  it('serves the others while a handler throws, and everybody after it', async () => {
    const { stage, clock, cursed, gateway, lines, until } = trial();
    await survive(trial(), async () => {
      cursed.add('added');
      await change(stage);
      await until('the others', async () => (await servedSlugs(trial())).join() === 'kept,rotated');
      const rotated = { secret: newSecretOf('rotated') };
      await until('its new secret', async () => (await gateway.post('rotated', rotated)).status === 200);
      expect((await gateway.post('added', { secret: secretOf('added') })).status).to.equal(401);
      expect(lines.filter(({ message }) => message === 'handler failed')).not.to.be.empty;
      cursed.clear();
      clock.advance(2 * minute);
    });
  });

  it('leaves nothing when it is stopped while it lists', async () => {
    const { proxy, clock, held, until, end } = trial();
    const list = Promise.withResolvers<Decision>();
    const before = proxy.count('list', 'secrets');
    proxy.use(spoilRequests('list', () => list.promise));
    tell(trial(), errorEvent(410, 'Expired'));
    await until('it lists', () => proxy.count('list', 'secrets') > before);
    const watches = followed.map((resource) => proxy.count('watch', resource));
    await end();
    list.resolve('forward');
    await sleep(200);
    clock.advance(60 * minute);
    await sleep(200);
    expect(followed.map((resource) => proxy.count('watch', resource))).to.deep.equal(watches);
    expect(await held()).to.deep.equal({ timers: 0, listeners: 0, sockets: 0 });
  });
});
