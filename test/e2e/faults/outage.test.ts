import { expect } from 'chai';
import { startClockTrial } from './clocktrial.ts';
import { change } from './population.ts';
import { followed } from './spoil.ts';
import { eachTrial } from './suite.ts';
import { lastContact, servedSlugs, survive } from './trial.ts';

const hour = 3600;

describe('a gateway whose API server is gone', () => {
  const trial = eachTrial((stage) => startClockTrial(stage));

  it('serves on and stays ready for an hour, says so once, and recovers by itself', async () => {
    const { stage, clock, gateway, lines } = trial();
    const all = [...followed].sort();
    const said = (message: string): unknown[] =>
      lines.filter((line) => line.message.startsWith(message)).map(({ fields }) => fields['resources']);

    await survive(trial(), async () => {
      await stage.cluster.stopApiServer();
      for (let second = 0; second < hour; second++) {
        clock.advance(1000);
        await clock.settle(1);
        if (second % 600 === 0) expect(await gateway.isReady(), 'ready').to.equal(true);
      }
      expect(await servedSlugs(trial())).to.deep.equal(['kept', 'removed', 'rotated']);
      for (const resource of followed) {
        expect(clock.now() / 1000 - (await lastContact(trial(), resource))).to.be.within(hour, hour + 60);
      }
      expect(said('the Kubernetes API cannot be followed')).to.deep.equal([all]);
      expect(said('the Kubernetes API is back')).to.be.empty;
      await stage.cluster.startApiServer();
      await change(stage);
    });

    expect(said('the Kubernetes API cannot be followed')).to.deep.equal([all]);
    expect(said('the Kubernetes API is back')).to.deep.equal([all]);
    for (const resource of followed) {
      expect(clock.now() / 1000 - (await lastContact(trial(), resource))).to.be.below(300);
    }
  });
});
