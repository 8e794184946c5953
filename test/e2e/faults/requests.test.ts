import { expect } from 'chai';
import type { RestartReason } from '../../../src/sources/kubernetes/informer/restart.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorEvent, refusal, type Decision } from '../apiproxy.ts';
import { change } from './population.ts';
import { startProcessTrial } from './processtrial.ts';
import { followed, spoilRequests } from './spoil.ts';
import { oneTrial } from './suite.ts';
import { restarted, survive, tell } from './trial.ts';

const answers: readonly (readonly [name: string, answer: Decision, reason: RestartReason])[] = [
  ['a connection reset before its answer', 'reset', 'disconnected'],
  ['500', refusal(500, 'InternalError'), 'server_error'],
  ['403', refusal(403, 'Forbidden'), 'forbidden'],
  ['401', refusal(401, 'Unauthorized'), 'unauthorized'],
  ['410 as a status', refusal(410, 'Expired'), 'expired'],
];

/** What makes the gateway list, or watch, anew. */
const provoke = { list: errorEvent(410, 'Expired'), watch: 'cut' } as const;

describe('a gateway whose API server refuses to', () => {
  const trial = oneTrial(startProcessTrial);

  it('list survives a connection reset in the middle of its answer', async () => {
    await survive(trial(), async () => {
      trial().proxy.use(spoilRequests('list', () => 'truncate'));
      tell(trial(), provoke.list);
      await change(trial().stage);
      await restarted(trial(), 'disconnected', 2);
      trial().proxy.use({});
    });
  });

  it('list and watch survive an API server that is slow with every answer and every line', async () => {
    await survive(trial(), async () => {
      trial().proxy.use({
        ...spoilRequests('list', () => 'slow'),
        onWatchLine: async (line) => {
          await sleep(500);
          return line;
        },
      });
      tell(trial(), provoke.list);
      await change(trial().stage);
      await restarted(trial(), 'expired');
    });
    trial().proxy.use({});
  });

  for (const verb of ['list', 'watch'] as const) {
    for (const [name, answer, reason] of answers) {
      it(`${verb} survives ${name}`, async () => {
        await survive(trial(), async () => {
          trial().proxy.use(spoilRequests(verb, () => answer));
          tell(trial(), provoke[verb]);
          await change(trial().stage);
          await restarted(trial(), reason, 2);
          trial().proxy.use({});
        });
      });
    }

    it(`${verb} survives 429, and waits as long as Retry-After says`, async () => {
      const times = new Map<string, number[]>(followed.map((resource) => [resource, []]));
      await survive(trial(), async () => {
        const refused = refusal(429, 'TooManyRequests', { 'retry-after': '1' });
        const note = spoilRequests(verb, ({ resource }) => {
          times.get(resource)?.push(performance.now());
          return refused;
        });
        trial().proxy.use(note);
        tell(trial(), provoke[verb]);
        await change(trial().stage);
        await restarted(trial(), 'throttled', 2);
        trial().proxy.use({});
      });
      for (const [first = 0, second = 0] of times.values()) expect(second - first).to.be.at.least(990);
    });
  }
});
